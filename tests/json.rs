//! The JSON outputs fit the schemas under `docs/schemas/`.

use crate::util::{files, root};
use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

fn schema(name: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(root().join(format!("docs/schemas/{name}.json"))).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn fits(name: &str, value: &Value) {
    let errors: Vec<String> =
        schema(name).iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
}

/// Runs the program in a folder and gives its standard output.
fn ibid(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ibid"))
        .current_dir(folder)
        .env_remove("IBID_STORE")
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let text = ibid(folder, arguments);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error} in {text}"))
}

#[test]
fn every_output_fits_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("data");
    let broken = folder.path().join("broken.ttl");
    std::fs::write(&broken, "<a> <b> <c> .").unwrap();
    let lines = ibid(folder.path(), &["load", "--format", "json", data.to_str().unwrap(), broken.to_str().unwrap()]);
    let statuses: Vec<String> = lines
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line).unwrap();
            fits("load", &value);
            value["status"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(statuses, ["loaded", "loaded", "failed"]);
    let audit = json(folder.path(), &["audit", "--format", "json"]);
    fits("audit", &audit);
    assert!(!audit["findings"].as_array().unwrap().is_empty());
    let next = json(folder.path(), &["audit", "--next", "5", "--format", "json"]);
    fits("next", &next);
    assert_eq!(next["actions"].as_array().unwrap().len(), 5);
    fits("status", &json(folder.path(), &["status", "--format", "json"]));
    let data = "INSERT DATA { <x:a> a ibid:Claim . GRAPH <x:g> { <x:a> a ibid:Claim } } ; CLEAR GRAPH <https://data.example/fictional/>";
    let update = json(folder.path(), &["update", data, "--dry-run", "--format", "json"]);
    fits("update", &update);
    assert_eq!((update["graphs"].as_array().unwrap().len(), update["warnings"].as_array().unwrap().len()), (3, 1));
    let check = json(folder.path(), &["check", "--format", "json"]);
    fits("check", &check);
    assert!(check["sound"] == true && check["parts"].as_array().unwrap().len() == 6, "{check}");
    let sources = json(folder.path(), &["sources", "--format", "json"]);
    fits("sources", &sources);
    for source in sources["sources"].as_array().unwrap() {
        let node = source["node"].as_str().unwrap();
        let impact = json(folder.path(), &["impact", node, "--format", "json"]);
        fits("impact", &impact);
        let told = impact["claims"].as_array().unwrap().len() as u64;
        assert_eq!(impact["resting"].as_u64(), Some(told), "{node}: all claims are told");
    }
    let top = json(folder.path(), &["impact", "--top", "5", "--of", "documents,agents,claims", "--format", "json"]);
    fits("impact-top", &top);
    assert_eq!(top["losses"].as_array().unwrap().len(), 5);
    let claims = ibid(folder.path(), &["query", "SELECT ?c { ?c a ibid:Claim } ORDER BY ?c", "--format", "csv"]);
    for claim in claims.lines().skip(1) {
        let chain = json(folder.path(), &["trace", claim, "--format", "json"]);
        fits("trace", &chain);
        assert_eq!(chain["ends"].as_array().unwrap().len(), chain["paths"].as_array().unwrap().len(), "{claim}");
        for (end, path) in chain["ends"].as_array().unwrap().iter().zip(chain["paths"].as_array().unwrap()) {
            assert_eq!(path.as_array().unwrap().last(), Some(&end["node"]), "{claim}: a path leads to its end");
        }
        for fact in ["level", "origin", "originsMin", "originsMax", "onCycle", "restsOn", "mayRestOn"] {
            let proof = json(folder.path(), &["why", claim, fact, "--format", "json"]);
            fits("why", &proof);
            if fact == "level" {
                assert_eq!(proof["value"][0], chain["level"].to_string(), "{claim}");
            }
        }
    }
}

/// A schema that accepts anything would find nothing.
#[test]
fn the_schemas_refuse_what_is_not_theirs() {
    for path in files(&root().join("docs/schemas"), "json") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!schema(&name).is_valid(&serde_json::json!({"version": 1, "surprise": true})), "{name}");
    }
}

/// Every result of SARIF, with the rules and their help, by the standard's own schema.
#[test]
fn sarif_fits_the_standard() {
    let Some(suite) = crate::util::beside("suites/sarif/sarif-schema-2.1.0.json") else { return };
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(suite).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("data");
    let sarif = json(folder.path(), &["audit", data.to_str().unwrap(), "--format", "sarif"]);
    let errors: Vec<String> =
        schema.iter_errors(&sarif).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let run = &sarif["runs"][0];
    assert!(run["results"].as_array().unwrap().len() > 50);
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        assert!(rule["help"]["text"].as_str().unwrap().contains("Why it matters"), "{rule}");
    }
    // What is waived is there and suppressed, and what failed says which rule and where.
    let (waived, rules) =
        (root().join("tests/cmd/audit-gate.in/draft.ttl"), root().join("tests/cmd/audit-bad.in/contract"));
    let arguments = ["audit", waived.to_str().unwrap(), "--today", "2022-05-31", "--rules", rules.to_str().unwrap()];
    let sarif = json(folder.path(), &[&arguments[..], &["--format", "sarif"]].concat());
    let errors: Vec<String> = schema.iter_errors(&sarif).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let run = &sarif["runs"][0];
    let suppressed: Vec<&Value> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|result| !result["suppressions"].as_array().unwrap().is_empty())
        .map(|result| &result["suppressions"][0]["justification"])
        .collect();
    assert_eq!(suppressed, ["Asked for."]);
    let told = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(told.len(), 7, "five rules and two waivers: {told:?}");
    for failure in told {
        let place = &failure["locations"][0]["physicalLocation"];
        assert!(
            failure["associatedRule"]["id"].is_string() && place["artifactLocation"]["uri"].is_string(),
            "{failure}"
        );
    }
    let version = serde_json::json!({"version": "2.0.0", "runs": []});
    assert!(!schema.is_valid(&version), "the schema accepts anything");
}

/// Whatever thread is faster, the same reports give the same bytes.
#[test]
fn audits_are_the_same_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("data");
    for format in ["json", "sarif", "shacl", "table"] {
        let told =
            || ibid(folder.path(), &["audit", data.to_str().unwrap(), "--format", format, "--today", "2026-01-01"]);
        assert_eq!(told(), told(), "{format}");
    }
}
