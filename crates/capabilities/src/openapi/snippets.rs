//! The same request in the languages of developers, to be copied. Pure. The key comes from the environment: none stands in a page.

use super::request::Prepared;

/// Languages, in the order of the page: key and name.
pub(crate) const LANGUAGES: [(&str, &str); 5] = [("curl", "cURL"), ("rust", "Rust"), ("java", "Java"), ("python", "Python"), ("go", "Go")];

/// The request in one of [`LANGUAGES`]; `base` is where the version is called: `http://127.0.0.1:8081/echo/v1`.
pub(crate) fn snippet(language: &str, base: &str, request: &Prepared) -> String {
    let url = format!("{base}{}", request.path);
    match language {
        "curl" => curl(&url, request),
        "rust" => rust(&url, request),
        "java" => java(&url, request),
        "python" => python(&url, request),
        _ => go(&url, request),
    }
}

/// Headers with the type of the body.
fn headers(request: &Prepared) -> Vec<(&str, &str)> {
    let of_body = request.body.as_ref().map(|(media_type, _)| ("content-type", media_type.as_str()));
    request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(of_body).collect()
}

/// A literal of Java, Python and Go: what JSON escapes, they understand.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A word of the shell.
fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn curl(url: &str, request: &Prepared) -> String {
    let mut lines = vec![format!("curl -sS -i -X {} {}", request.method, word(url)), "  -H \"Authorization: Bearer $HECHUANG_KEY\"".to_owned()];
    lines.extend(headers(request).into_iter().map(|(name, value)| format!("  -H {}", word(&format!("{name}: {value}")))));
    lines.extend(request.body.as_ref().map(|(_, text)| format!("  --data-binary {}", word(text))));
    lines.join(" \\\n")
}

fn rust(url: &str, request: &Prepared) -> String {
    let mut out = "// Cargo.toml: ureq = \"3\"\nfn main() -> Result<(), Box<dyn std::error::Error>> {\n    let key = std::env::var(\"HECHUANG_KEY\")?;\n    let request = ureq::http::Request::builder()\n".to_owned();
    out.push_str(&format!("        .method({:?})\n        .uri({url:?})\n        .header(\"authorization\", format!(\"Bearer {{key}}\"))\n", request.method));
    for (name, value) in headers(request) {
        out.push_str(&format!("        .header({name:?}, {value:?})\n"));
    }
    match &request.body {
        Some((_, text)) => out.push_str(&format!("        .body({text:?})?;\n")),
        None => out.push_str("        .body(())?;\n"),
    }
    out.push_str("    let config = ureq::Agent::config_builder().http_status_as_error(false).build();\n    let mut response = ureq::Agent::new_with_config(config).run(request)?;\n    println!(\"{}\\n{}\", response.status(), response.body_mut().read_to_string()?);\n    Ok(())\n}\n");
    out
}

fn java(url: &str, request: &Prepared) -> String {
    let mut out = "import java.net.URI;\nimport java.net.http.HttpClient;\nimport java.net.http.HttpRequest;\nimport java.net.http.HttpResponse;\n\npublic class Call {\n    public static void main(String[] args) throws Exception {\n".to_owned();
    out.push_str(&format!("        HttpRequest request = HttpRequest.newBuilder(URI.create({}))\n", quoted(url)));
    out.push_str("            .header(\"Authorization\", \"Bearer \" + System.getenv(\"HECHUANG_KEY\"))\n");
    for (name, value) in headers(request) {
        out.push_str(&format!("            .header({}, {})\n", quoted(name), quoted(value)));
    }
    let body = request
        .body
        .as_ref()
        .map_or("HttpRequest.BodyPublishers.noBody()".to_owned(), |(_, text)| format!("HttpRequest.BodyPublishers.ofString({})", quoted(text)));
    out.push_str(&format!("            .method({}, {body})\n            .build();\n", quoted(&request.method)));
    out.push_str("        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());\n        System.out.println(response.statusCode() + \"\\n\" + response.body());\n    }\n}\n");
    out
}

fn python(url: &str, request: &Prepared) -> String {
    let mut out = "import os\nimport urllib.error\nimport urllib.request\n\nrequest = urllib.request.Request(\n".to_owned();
    out.push_str(&format!("    {},\n    method={},\n", quoted(url), quoted(&request.method)));
    if let Some((_, text)) = &request.body {
        out.push_str(&format!("    data={}.encode(),\n", quoted(text)));
    }
    out.push_str("    headers={\n        \"Authorization\": \"Bearer \" + os.environ[\"HECHUANG_KEY\"],\n");
    for (name, value) in headers(request) {
        out.push_str(&format!("        {}: {},\n", quoted(name), quoted(value)));
    }
    out.push_str("    },\n)\ntry:\n    response = urllib.request.urlopen(request)\nexcept urllib.error.HTTPError as refused:\n    response = refused\nprint(response.status)\nprint(response.read().decode())\n");
    out
}

fn go(url: &str, request: &Prepared) -> String {
    let (import, body) = match &request.body {
        Some((_, text)) => ("\t\"strings\"\n", format!("strings.NewReader({})", quoted(text))),
        None => ("", "nil".to_owned()),
    };
    let mut out = format!("package main\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"net/http\"\n\t\"os\"\n{import})\n\nfunc main() {{\n");
    out.push_str(&format!(
        "\trequest, err := http.NewRequest({}, {}, {body})\n\tif err != nil {{\n\t\tpanic(err)\n\t}}\n",
        quoted(&request.method),
        quoted(url)
    ));
    out.push_str("\trequest.Header.Set(\"Authorization\", \"Bearer \"+os.Getenv(\"HECHUANG_KEY\"))\n");
    for (name, value) in headers(request) {
        out.push_str(&format!("\trequest.Header.Set({}, {})\n", quoted(name), quoted(value)));
    }
    out.push_str("\tresponse, err := http.DefaultClient.Do(request)\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tdefer response.Body.Close()\n\tbody, err := io.ReadAll(response.Body)\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tfmt.Println(response.Status)\n\tfmt.Println(string(body))\n}\n");
    out
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn requests() -> [Prepared; 2] {
        let nasty = "{\"text\": \"it's \\\"quoted\\\" \\\\ 中文 $HOME `id` \\u0001\"}\nline";
        let headers = vec![("x-shop".to_owned(), "a 'b' \"c\" \\ $(id)".to_owned())];
        [
            Prepared { method: "GET".into(), path: "/orders/7?lang=zh".into(), headers: Vec::new(), body: None },
            Prepared { method: "POST".into(), path: "/orders".into(), headers, body: Some(("application/json".into(), nasty.into())) },
        ]
    }

    /// Runs a tool over a file, if the tool is there; says nothing if it is not.
    fn parsed(tool: &str, args: &[&str], name: &str, text: &str) {
        if Command::new(tool).arg("--version").output().is_err() {
            return;
        }
        let folder = std::env::temp_dir().join(format!("hechuang_snippet_{}_{}", std::process::id(), name.replace('.', "_")));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        let ran = Command::new(tool).args(args).arg(&file).current_dir(&folder).output().unwrap();
        assert!(ran.status.success(), "{tool}: {}\n{text}", String::from_utf8_lossy(&ran.stderr));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn every_snippet_is_read_by_its_own_tool() {
        for request in requests() {
            let made = |language| snippet(language, "http://127.0.0.1:8081/shop/v1", &request);
            parsed("sh", &["-n"], "call.sh", &made("curl"));
            parsed("python3", &["-m", "py_compile"], "call.py", &made("python"));
            parsed("javac", &["-encoding", "UTF-8"], "Call.java", &made("java"));
            parsed("rustfmt", &["--edition", "2024"], "call.rs", &made("rust"));
            let go = made("go");
            assert!(go.starts_with("package main") && go.matches('{').count() >= 4 && go.contains("request.Header.Set(\"Authorization\""), "{go}");
            parsed("gofmt", &["-l"], "call.go", &go);
            for (language, _) in LANGUAGES {
                assert!(made(language).contains("http://127.0.0.1:8081/shop/v1/orders") && made(language).contains("HECHUANG_KEY"), "{language}");
            }
        }
    }

    #[test]
    fn the_shell_takes_words_as_they_are() {
        let [_, post] = requests();
        let text = snippet("curl", "http://a", &post);
        let script = format!("curl() {{ for one in \"$@\"; do printf '%s\\0' \"$one\"; done; }}\n{text}");
        let ran = Command::new("sh").arg("-c").arg(script).env("HECHUANG_KEY", "hcs_k").output().unwrap();
        let words: Vec<String> = String::from_utf8_lossy(&ran.stdout).split('\0').map(str::to_owned).collect();
        let (_, body) = post.body.unwrap();
        assert!(words.contains(&body) && words.contains(&"x-shop: a 'b' \"c\" \\ $(id)".to_owned()), "{words:?}");
        assert!(words.contains(&"Authorization: Bearer hcs_k".to_owned()));
    }
}
