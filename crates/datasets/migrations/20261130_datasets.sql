create table datasets_set (
    id text primary key,
    slug text not null,
    node text not null,
    owner text not null,
    zh text not null,
    en text not null,
    about_zh text not null,
    about_en text not null,
    licence text not null,
    terms text not null,
    source text not null,
    columns text not null,
    document text not null,
    version bigint not null,
    row_count bigint not null,
    made_at bigint not null,
    changed_at bigint not null
);
create unique index datasets_set_slug on datasets_set (slug);
create index datasets_set_node on datasets_set (node, slug);
create index datasets_set_owner on datasets_set (owner, slug);
