//! Vectors of RFC 9421, and what forged, stale and careless signatures get.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::{HeaderMap, Uri};

use super::*;

const NOW: i64 = 1_700_000_000;
const SECRET: &[u8] = b"hms_secret";

/// RFC 9421, B.1.5 and B.2: the shared secret and the request of the examples.
fn example() -> (Vec<u8>, HeaderMap, Uri) {
    let secret = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("host", "example.com"),
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("content-type", "application/json"),
        ("content-digest", "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"),
        ("content-length", "18"),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    (STANDARD.decode(secret).unwrap(), headers, "/foo?param=Value&Pet=dog".parse().unwrap())
}

fn message<'a>(method: &'a str, uri: &'a Uri, fields: &'a HeaderMap) -> Message<'a, HeaderMap> {
    Message { method, authority: uri.authority().map(|authority| authority.as_str()), path: uri.path(), query: uri.query(), fields }
}

#[test]
fn the_vector_of_the_rfc_is_proved() {
    // B.2.5.
    let (secret, mut headers, uri) = example();
    headers.insert(INPUT, r#"sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret""#.parse().unwrap());
    headers.insert(SIGNATURE, "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:".parse().unwrap());
    let shown = shown(&headers).unwrap().ok().unwrap();
    assert_eq!(shown.keyid(), "test-shared-secret");
    let message = message("POST", &uri, &headers);
    let wanted = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@authority\": example.com\n\"content-type\": application/json\n\
        \"@signature-params\": (\"date\" \"@authority\" \"content-type\");created=1618884473;keyid=\"test-shared-secret\"";
    assert_eq!(base::base(&message, &shown.input, "https").as_deref(), Some(wanted.as_bytes()));
    assert_eq!(shown.prove(&message, &secret), Ok(()));
    assert_eq!(shown.prove(&message, b"other"), Err(Refusal::SignatureWrong));
    let other = Message { authority: Some("other.example"), path: "/", query: None, ..message };
    assert_eq!(shown.prove(&other, &secret), Err(Refusal::SignatureWrong));
}

/// A request that was signed as its input says.
struct Case {
    method: &'static str,
    uri: Uri,
    headers: HeaderMap,
}

impl Case {
    fn of(components: &str, params: &str, headers: &[(&'static str, &str)]) -> Self {
        let mut case = Self { method: "POST", uri: "/echo/v1/anything?a=1".parse().unwrap(), headers: HeaderMap::new() };
        case.headers.insert("host", "gateway:8081".parse().unwrap());
        for (name, value) in headers {
            case.headers.append(*name, value.parse().unwrap());
        }
        let text = format!("s=({components}){params}");
        let input = field::input(text.as_bytes()).unwrap();
        let signature = base::base(&case.message(), &input, "http").map(|base| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), &base));
        let encoded = STANDARD.encode(signature.as_ref().map_or(&[0; 32][..], |signature| signature.as_ref()));
        case.headers.insert(INPUT, text.parse().unwrap());
        case.headers.insert(SIGNATURE, format!("s=:{encoded}:").parse().unwrap());
        case
    }

    fn message(&self) -> Message<'_, HeaderMap> {
        message(self.method, &self.uri, &self.headers)
    }

    fn check(&self, has_body: bool) -> Result<Signed, Refusal> {
        shown(&self.headers).ok_or(Refusal::KeyMissing)??.check(&self.message(), has_body, SECRET, NOW * 1_000_000)
    }
}

const PARTS: &str = r#""@method" "@authority" "@path" "@query""#;
const WHOLE: &str = r#""@method" "@target-uri""#;
const EMPTY_SHA: &str = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

#[test]
fn what_has_to_be_covered_and_when_it_is_believed() {
    let created = |off: i64| format!(";created={};keyid=\"k\"", NOW + off);
    let with = |more: &str| format!("{}{more}", created(0));
    let digest = format!("{WHOLE} \"content-digest\"");
    let ends = |off: i64| with(&format!(";expires={}", NOW + off));
    let sha = ("content-digest", EMPTY_SHA);
    for (components, params, headers, has_body, wanted) in [
        (WHOLE, created(0), &[][..], false, Ok(300)),
        (PARTS, created(0), &[], false, Ok(300)),
        (PARTS, created(299), &[], false, Ok(599)),
        (PARTS, created(-299), &[], false, Ok(1)),
        (PARTS, ends(7), &[], false, Ok(7)),
        (PARTS, with(";alg=\"hmac-sha256\";nonce=\"n\""), &[], false, Ok(300)),
        (&digest, created(0), &[sha], true, Ok(300)),
        (PARTS, with(";alg=\"none\""), &[], false, Err(Refusal::SignatureAlgorithm)),
        (PARTS, with(";alg=\"rsa-v1_5-sha256\""), &[], false, Err(Refusal::SignatureAlgorithm)),
        (r#""@authority" "@path" "@query""#, created(0), &[], false, Err(Refusal::SignatureComponents)),
        (r#""@method" "@path" "@query""#, created(0), &[], false, Err(Refusal::SignatureComponents)),
        (r#""@method" "@authority" "@path""#, created(0), &[], false, Err(Refusal::SignatureComponents)),
        ("", created(0), &[], false, Err(Refusal::SignatureComponents)),
        (WHOLE, created(0), &[sha], true, Err(Refusal::SignatureComponents)),
        (&digest, created(0), &[], true, Err(Refusal::SignatureComponents)),
        (r#""@method" "@target-uri" "x-not-there""#, created(0), &[], false, Err(Refusal::SignatureComponents)),
        (PARTS, ";keyid=\"k\"".into(), &[], false, Err(Refusal::SignatureCreated)),
        (PARTS, created(300), &[], false, Err(Refusal::SignatureCreated)),
        (PARTS, created(-300), &[], false, Err(Refusal::SignatureCreated)),
        (PARTS, ";created=999999999999999".into(), &[], false, Err(Refusal::SignatureCreated)),
        (PARTS, ends(0), &[], false, Err(Refusal::SignatureExpired)),
        (&digest, created(0), &[("content-digest", "sha-512=:aGk=:")], true, Err(Refusal::DigestWrong)),
        (&digest, created(0), &[sha, sha], true, Err(Refusal::DigestWrong)),
    ] {
        let case = Case::of(components, &params, headers);
        let until = case.check(has_body).map(|signed| signed.until_us / 1_000_000 - NOW);
        assert_eq!(until, wanted, "{components} {params} {headers:?}");
    }
}

#[test]
fn nothing_that_is_covered_can_be_altered() {
    let fresh =
        || Case::of(&format!("{PARTS} \"content-digest\" \"x-to\""), &format!(";created={NOW};keyid=\"k\""), &[("content-digest", EMPTY_SHA), ("x-to", "1")]);
    let signed = fresh().check(true).unwrap();
    assert!(signed.is_about_body() && signed.fits(b"") && !signed.fits(b"x"));
    let alter: [fn(&mut Case); 8] = [
        |case| case.method = "PUT",
        |case| case.uri = "/echo/v1/anything?a=2".parse().unwrap(),
        |case| case.uri = "/echo/v1/other?a=1".parse().unwrap(),
        |case| drop(case.headers.insert("host", "other:8081".parse().unwrap())),
        |case| drop(case.headers.insert("x-to", "2".parse().unwrap())),
        |case| assert!(case.headers.append("x-to", "1".parse().unwrap())),
        |case| drop(case.headers.insert("content-digest", "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:".parse().unwrap())),
        |case| {
            let input = case.headers[INPUT].to_str().unwrap().replace(&format!("created={NOW}"), &format!("created={}", NOW + 1));
            case.headers.insert(INPUT, input.parse().unwrap());
        },
    ];
    for (number, alter) in alter.into_iter().enumerate() {
        let mut case = fresh();
        alter(&mut case);
        assert_eq!(case.check(true), Err(Refusal::SignatureWrong), "{number}");
    }
}

#[test]
fn what_stands_there_twice_or_alone_is_no_signature() {
    let case = || Case::of(WHOLE, &format!(";created={NOW};keyid=\"k\""), &[]);
    for name in [INPUT, SIGNATURE] {
        let mut twice = case();
        let value = twice.headers[&name].clone();
        twice.headers.append(&name, value);
        assert_eq!(twice.check(false), Err(Refusal::SignatureMalformed));
        let mut alone = case();
        alone.headers.remove(&name);
        assert_eq!(alone.check(false), Err(Refusal::SignatureMalformed));
    }
    let mut short = case();
    short.headers.insert(SIGNATURE, "s=::".parse().unwrap());
    assert_eq!(short.check(false), Err(Refusal::SignatureWrong));
    assert!(shown(&HeaderMap::new()).is_none());
}
