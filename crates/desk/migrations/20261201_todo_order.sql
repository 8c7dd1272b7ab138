-- To-dos of an owner in the order in which they are due, with all that is asked before their rows are looked at.
drop index desk_todo_person;
drop index desk_todo_role;
create index desk_todo_person on desk_todo (state, owner_person, due_at, key);
create index desk_todo_role on desk_todo (state, owner_role, due_at, key, owner_node);
