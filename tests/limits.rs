//! What the system does not give: room on the disk, length of a file, the right to write. All of it is said in words, and
//! the store stays as it was.

use crate::util::{program, ran};
use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// Two files: a small one that is in the store below `.ibid`, and a large one that is to be loaded.
fn sample() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(folder.path().join("small.ttl"), "@base <https://t.example/small> . <#a> <#p> 1 .").unwrap();
    let large = (0..6_000).fold(String::new(), |mut text, number| {
        writeln!(text, "<https://t.example/{number}> <https://t.example/p> \"number {number}\" .").unwrap();
        text
    });
    std::fs::write(folder.path().join("large.nt"), large).unwrap();
    assert_eq!(ran(folder.path(), &["load", "-q", "small.ttl"]).0, Some(0));
    folder
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

/// The store holds the small file, all of it and nothing else, and nothing is wrong with it.
fn is_as_before(folder: &Path) {
    let (code, out, error) = ran(folder, &["dump"]);
    assert_eq!((code, out.lines().count()), (Some(0), 1), "{error}");
    let (code, out, error) = ran(folder, &["check"]);
    assert_eq!(code, Some(0), "{out}{error}");
}

/// Runs a script as whoever may mount, in a view of the file system of its own; nothing where that is not allowed.
fn mounted(script: &str, folder: &Path) -> Option<Output> {
    for arguments in [&["--mount"][..], &["--mount", "--map-root-user"]] {
        let probe = Command::new("unshare").args(arguments).args(["sh", "-c", "mount -t tmpfs none /mnt"]).output();
        if probe.is_ok_and(|output| output.status.success()) {
            let mut command = Command::new("unshare");
            command.args(arguments).args(["sh", "-c", script]).current_dir(folder).env("IBID", program());
            return Some(command.env_remove("IBID_STORE").output().unwrap());
        }
    }
    eprintln!("skipped: nothing may be mounted here");
    None
}

#[test]
fn a_limit_of_file_size_is_an_error_in_words() {
    let folder = sample();
    for (blocks, arguments) in
        [(200, "load large.nt"), (600, "load large.nt"), (20, "compact"), (20, "backup copy.mdb")]
    {
        // Some who call have the signal ignored, and hand that down.
        let script = format!("ulimit -f {blocks}; exec env --default-signal=XFSZ \"$0\" {arguments}");
        let output = Command::new("bash").args(["-c", &script]).arg(program()).current_dir(folder.path()).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {}, {}", output.status, text(&output));
        assert!(text(&output).contains("limit of file size"), "{arguments}: {}", text(&output));
        assert!(text(&output).contains("hint: "), "{arguments}: {}", text(&output));
        is_as_before(folder.path());
    }
    assert!(!folder.path().join("copy.mdb").exists());
    // With room again it goes.
    assert_eq!(ran(folder.path(), &["load", "large.nt"]).0, Some(0));
    assert_eq!(ran(folder.path(), &["check"]).0, Some(0));
}

/// On a disk that is full everything is refused in words that would write, a new store too; who asks is answered.
#[test]
fn a_full_disk_is_an_error_in_words() {
    let folder = sample();
    let script = r#"
        told() { "$IBID" "$@" 2>&1; echo "exit $?"; }
        set -e; mkdir disk; mount -t tmpfs -o size=900k none disk; cp -r .ibid disk; rm disk/.ibid/lock.mdb; cd disk; set +e
        echo "== before"; told load ../large.nt
        dd if=/dev/zero of=fill bs=1k 2>/dev/null
        echo "== load"; told load ../large.nt
        echo "== compact"; told compact
        echo "== backup"; told backup copy.mdb
        echo "== new"; told --store new load ../small.ttl
        echo "== query"; told query 'SELECT * { GRAPH <https://t.example/small> { ?s ?p ?o } }' --format csv
        echo "== check"; told check
        rm .ibid/lock.mdb; dd if=/dev/zero of=more bs=1k 2>/dev/null
        echo "== nowhere"; told status
        rm fill more
        echo "== after"; told load --replace ../small.ttl; told check
    "#;
    let Some(output) = mounted(script, folder.path()) else { return };
    let told = text(&output);
    let part = |name: &str| {
        let from = told.split(&format!("== {name}\n")).nth(1);
        from.unwrap_or_else(|| panic!("nothing of {name}: {told}")).split("== ").next().unwrap().to_owned()
    };
    for refused in ["before", "load", "compact", "backup", "new", "nowhere"] {
        let part = part(refused);
        assert!(
            part.contains("the disk is full") && part.contains("hint: ") && part.ends_with("exit 2\n"),
            "{refused}: {part}"
        );
    }
    assert!(part("query").contains("#a") && part("query").ends_with("exit 0\n"), "{told}");
    assert!(part("check").ends_with("exit 0\n"), "{told}");
    assert_eq!(part("after").matches("exit 0").count(), 2, "{told}");
}

const WRITERS: [&str; 3] = ["load large.nt", "remove small.ttl", "compact"];

fn is_only_read(script: &str, told: &str) {
    for (number, part) in told.split("== ").skip(1).enumerate() {
        if let Some(arguments) = WRITERS.get(number) {
            assert!(part.contains("may only be read") && part.contains("exit 2"), "{script}, {arguments}: {part}");
        } else {
            assert!(part.contains("exit 0"), "{script}: {part}");
        }
    }
    assert_eq!(told.matches("== ").count(), WRITERS.len() + 4, "{told}");
}

fn reading() -> String {
    let writers =
        WRITERS.iter().fold(String::new(), |text, arguments| text + &format!("echo \"== \"; told {arguments}\n"));
    format!(
        r#"told() {{ "$IBID" "$@" 2>&1; echo "exit $?"; }}
        {writers}
        echo "== "; told status
        echo "== "; told query 'ASK {{ GRAPH ?g {{ ?s ?p 1 }} }}' --exit-status
        echo "== "; told dump
        echo "== "; told check"#
    )
}

#[test]
fn a_store_on_a_disk_that_may_only_be_read_answers() {
    let folder = sample();
    let script = format!("set -e; mount --bind . /mnt; mount -o remount,bind,ro /mnt; cd /mnt; set +e; {}", reading());
    let Some(output) = mounted(&script, folder.path()) else { return };
    is_only_read("a disk", &text(&output));
    is_as_before(folder.path());
}

#[test]
fn a_store_of_somebody_else_answers() {
    let folder = sample();
    let own = folder.path().join(".ibid");
    for name in ["data.mdb", "lock.mdb", "writer.lock"] {
        std::fs::set_permissions(own.join(name), std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o755)).unwrap();
    // Somebody else must be able to run the program at all.
    let inside = tempfile::tempdir().unwrap();
    std::fs::set_permissions(inside.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let program_there = inside.path().join("ibid");
    std::fs::copy(program(), &program_there).unwrap();
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", &reading()]);
    command.current_dir(folder.path()).env("IBID", program_there).env_remove("IBID_STORE");
    match command.output() {
        Ok(output) if !text(&output).contains("setpriv: ") => {
            is_only_read("somebody else", &text(&output));
            is_as_before(folder.path());
        }
        _ => eprintln!("skipped: this is not the superuser, who alone can become somebody else"),
    }
}
