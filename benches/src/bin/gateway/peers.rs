//! The upstream and the peers: nginx twice, HAProxy; each one process with one worker, with what it needs to know in a folder of the run.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use benches::{Done, Ground};

use crate::process::Process;

const MODULES: &str = "/usr/lib/nginx/modules";

/// All of them, running.
pub(crate) struct Peers {
    pub(crate) upstream: Process,
    pub(crate) bare: Process,
    pub(crate) lua: Process,
    /// Where nginx with Lua speaks HTTP/2 without and with TLS.
    pub(crate) lua_h2: u16,
    pub(crate) lua_tls: u16,
    pub(crate) haproxy: Process,
}

impl Peers {
    pub(crate) fn start(ground: &Ground, keys: usize) -> Done<Self> {
        let folder = std::path::absolute(ground.folder("peers")).map_err(crate::io)?;
        std::fs::create_dir_all(&folder).map_err(crate::io)?;
        certificate(&folder)?;
        let ports = free_ports::<6>()?;
        let [up, bare, lua, lua_h2, lua_tls, haproxy] = ports;
        std::fs::write(folder.join("large"), vec![b'x'; 100_000]).map_err(crate::io)?;
        let small = "x".repeat(1_000);
        let file = folder.display();
        let upstream = nginx(
            &folder,
            "upstream",
            up,
            &format!(
                "open_file_cache max=10; server {{ listen 127.0.0.1:{up} backlog=4096; location ~ small$ {{ return 200 \"{small}\"; }} location ~ large$ {{ rewrite ^ /large break; root {file}; }} }}"
            ),
        )?;
        let onward = "proxy_http_version 1.1; proxy_set_header Connection \"\";";
        let pool = format!("upstream up {{ server 127.0.0.1:{up}; keepalive 128; keepalive_requests 1000000000; }}");
        let bare = nginx(
            &folder,
            "bare",
            bare,
            &format!("{pool} server {{ listen 127.0.0.1:{bare} backlog=4096; location /bench/v1/ {{ proxy_pass http://up/; {onward} }} }}"),
        )?;
        let doors = format!(
            "listen 127.0.0.1:{lua} backlog=4096; listen 127.0.0.1:{lua_h2} http2 backlog=4096; listen 127.0.0.1:{lua_tls} ssl http2 backlog=4096; \
             ssl_certificate {file}/own.pem; ssl_certificate_key {file}/own.key; ssl_protocols TLSv1.2 TLSv1.3;"
        );
        let with_lua = format!(
            "{pool} {} access_log {file}/lua.log combined buffer=64k flush=1s; \
             server {{ {doors} location /bench/v1/ {{ access_by_lua_block {{ {ACCESS} }} proxy_pass http://up/; {onward} proxy_set_header X-Request-Id $request_id; }} }}",
            knows(keys)
        );
        let lua = nginx(&folder, "lua", lua, &with_lua)?;
        let haproxy = start_haproxy(&folder, haproxy, up, keys)?;
        Ok(Self { upstream, bare, lua, lua_h2, lua_tls, haproxy })
    }

    /// As a gateway is told it.
    pub(crate) fn upstream_address(&self) -> String {
        format!("http://127.0.0.1:{}", self.upstream.port)
    }
}

/// Keys are a table of Lua; windows and counts lie in memory that workers would share.
fn knows(keys: usize) -> String {
    format!(
        "lua_shared_dict windows 32m; lua_shared_dict counts 32m; \
         init_by_lua_block {{ apps = {{}}; for n = 1, {keys} do apps[string.format('Bearer hcl_%032d', n)] = 'app_' .. n end }}"
    )
}

const ACCESS: &str = "local app = apps[ngx.var.http_authorization or '']; if not app then return ngx.exit(401) end; \
    local seen = ngx.shared.windows:incr(app .. ':' .. math.floor(ngx.now()), 1, 0, 2); if seen and seen > 1000000 then return ngx.exit(429) end; \
    ngx.shared.counts:incr(app, 1, 0)";

fn nginx(folder: &Path, name: &str, port: u16, http: &str) -> Done<Process> {
    let (own, place) = (folder.join(format!("{name}.conf")), folder.display());
    let modules =
        if name == "lua" { format!("load_module {MODULES}/ndk_http_module.so; load_module {MODULES}/ngx_http_lua_module.so;") } else { String::new() };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].iter().fold(String::new(), |mut text, kind| {
        let _ = write!(text, "{kind}_temp_path {place}/{name}-{kind}; ");
        text
    });
    let text = format!(
        "{modules} daemon off; master_process off; pid {place}/{name}.pid; error_log {place}/{name}.error.log crit; worker_rlimit_nofile 8192; \
         events {{ worker_connections 4096; }} \
         http {{ access_log off; {temporary} keepalive_requests 1000000000; keepalive_timeout 60s; tcp_nodelay on; {http} }}"
    );
    std::fs::write(&own, text).map_err(crate::io)?;
    Process::listening(Command::new("nginx").arg("-p").arg(folder).arg("-c").arg(&own), port)
}

fn start_haproxy(folder: &Path, port: u16, up: u16, keys: usize) -> Done<Process> {
    let map = folder.join("keys.map");
    let lines = (1..=keys).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "hcl_{n:032} app_{n}");
        text
    });
    std::fs::write(&map, lines).map_err(crate::io)?;
    let text = format!(
        "global\n  nbthread 1\n  maxconn 4096\n\
         defaults\n  mode http\n  timeout client 30s\n  timeout server 30s\n  timeout connect 3s\n  option http-keep-alive\n  http-reuse always\n\
         frontend f\n  bind 127.0.0.1:{port}\n\
         \x20 http-request set-var(txn.app) req.hdr(authorization),word(2,' '),map_str({})\n\
         \x20 http-request deny deny_status 401 unless {{ var(txn.app) -m found }}\n\
         \x20 stick-table type string len 32 size 200k expire 10s store http_req_rate(1s)\n\
         \x20 http-request track-sc0 var(txn.app)\n\
         \x20 http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt 1000000 }}\n\
         \x20 http-request replace-path /bench/v1(/.*) \\1\n\
         \x20 default_backend b\n\
         backend b\n  server s 127.0.0.1:{up}\n",
        map.display()
    );
    let own = folder.join("haproxy.cfg");
    std::fs::write(&own, text).map_err(crate::io)?;
    Process::listening(Command::new("haproxy").arg("-db").arg("-f").arg(&own), port)
}

/// A certificate of its own for the doors with TLS.
fn certificate(folder: &Path) -> Done {
    let mut command = Command::new("openssl");
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
    command.args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
    command.arg("-keyout").arg(folder.join("own.key")).arg("-out").arg(folder.join("own.pem"));
    let out = command.output().map_err(crate::io)?;
    benches::must(out.status.success(), format!("openssl: {}", String::from_utf8_lossy(&out.stderr)))
}

/// Certificate and key that every door of the run shows.
pub(crate) fn shown(ground: &Ground) -> (PathBuf, PathBuf) {
    (ground.folder("peers").join("own.pem"), ground.folder("peers").join("own.key"))
}

pub(crate) fn free_ports<const N: usize>() -> Done<[u16; N]> {
    let listeners: Vec<_> = (0..N).map(|_| std::net::TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>().map_err(crate::io)?;
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr().map_err(crate::io)?.port();
    }
    Ok(ports)
}
