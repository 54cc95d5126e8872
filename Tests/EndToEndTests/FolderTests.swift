import Foundation
import Testing

/// `scripts/check-folders`: the shell's folders are layers, and the script notices if they aren't.
@Suite struct FolderTests {
  @Test func theProject() throws {
    let run = try ScriptedProject.Check("check-folders")
    #expect(run.text == "")
    #expect(run.status == 0)
  }

  private static let project = [
    "docs/architecture.md": """
    | folder | what |
    |---|---|
    | `Answers/` | data |
    | `Shell/` | state |
    | `Commands/` | commands |

    """,
    "Sources/vcpu-shell/Answers/Answer.swift": "struct Answer {\n  enum Outcome {}\n}\n",
    "Sources/vcpu-shell/Shell/Shell.swift": "final class Shell {}\nfunc helped() {}\n",
    "Sources/vcpu-shell/Commands/Print.swift":
      "// Nothing of Table.\nenum Print { let shell: Shell, answer = Answer() }\n",
  ]

  /// What is written to a file, and the resulting error.
  @Test(
    arguments: [
      (
        "Answers/Answer.swift", "struct Answer { let shell: Shell }",
        "Sources/vcpu-shell/Answers/Answer.swift:1: Shell is in Shell/"
      ),
      (
        "Shell/Shell.swift", "final class Shell {}\nlet text = \"Print \\(Print.self)\"",
        "Sources/vcpu-shell/Shell/Shell.swift:2: Print is in Commands/"
      ),
      (
        "Answers/Answer.swift", "struct Answer {}\nlet number = helped()",
        "Sources/vcpu-shell/Answers/Answer.swift:2: helped is in Shell/"
      ),
      (
        "Commands/Print.swift", "enum Print {}\nshell.output.line(\"x\")",
        "Sources/vcpu-shell/Commands/Print.swift:2: it prints, but only a renderer may"
      ),
      (
        "Loop/Loop.swift", "struct Loop {}",
        "docs/architecture.md lists the folders ['Answers', 'Commands', 'Shell'], but the folders are"
          + " ['Answers', 'Commands', 'Loop', 'Shell']"
      ),
    ])
  func aBackEdge(path: String, text: String, complaint: String) throws {
    let project = try ScriptedProject(Self.project)
    let before = try project.check("check-folders")
    #expect(before.text == "" && before.status == 0, "\(before)")
    try project.write(["Sources/vcpu-shell/\(path)": text])
    let after = try project.check("check-folders")
    #expect(after.text == complaint + "\n")
    #expect(after.status == 1)
  }
}
