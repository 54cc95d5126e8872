import Foundation
import Testing

/// `scripts/check-imports`: the project's modules import what its documentation says, and the script notices if they
/// don't.
@Suite struct ImportGraphTests {
  @Test func theProject() throws {
    let run = try ScriptedProject.Check("check-imports")
    #expect(run.text == "")
    #expect(run.status == 0)
  }

  /// A small project that matches its documentation.
  private static let project = [
    "Package.swift": """
    // .target(name: "Gone", dependencies: ["Base"]),
    let package = Package(
      name: "Top", products: [.executable(name: "Top", targets: ["Top"])],
      targets: [
        .target(name: "Base"),
        .target(name: "C", dependencies: ["Base"], path: "Sources/Top/C"),
        .executableTarget(
          name: "Top", dependencies: [
            "Base", .product(name: "Kit", package: "the-kit"),
          ], exclude: ["C"]),
        .testTarget(name: "TopTests", dependencies: ["Top"]),
      ])

    """,
    "Sources/Base/include/base.h": "#include <stdint.h>\n",
    "Sources/Top/Top.swift": "public import Base\n  internal import Foundation\nimport Kit\n",
    "Sources/Top/C/c.h": "",
    "Sources/Top/C/c.c": "#include \"c.h\"\n#include \"base.h\"\n",
    "docs/architecture.md": """
    | module | what |
    |---|---|
    | `Nothing` | `Much` |

    | module | imports |
    |---|---|
    | `Base` | |
    | `C` | `Base` |
    | `Top` | `Base`, `Foundation` and `Kit` |

    """,
  ]

  /// A file, a text in it, its replacement, and the resulting error.
  @Test(
    arguments: [
      (
        "Sources/Top/Top.swift", "public",
        "@preconcurrency public import struct Glibc.stat\npublic",
        "Top imports Glibc (Sources/Top/Top.swift:1), which docs/architecture.md does not say"
      ),
      (
        "Sources/Top/Top.swift", "import Kit\n", "",
        "docs/architecture.md says that Top imports Kit, which it does not"
      ),
      (
        "Sources/Top/C/c.c", "#include \"base.h\"", "",
        "Package.swift says that C depends on Base, which it does not import"
      ),
      (
        "Sources/Top/C/c.c", "base.h", "other.h",
        "C imports other.h (Sources/Top/C/c.c:2), which docs/architecture.md does not say"
      ),
      (
        "Package.swift", "\"Base\", .product", ".product",
        "Top imports Base (Sources/Top/Top.swift:1), which Package.swift does not say"
      ),
      (
        "Package.swift", ".target(name: \"Base\"),", "",
        "Sources/Base/include/base.h belongs to no target of Package.swift"
      ),
      (
        "docs/architecture.md", "| `C` | `Base` |\n", "",
        "docs/architecture.md has no row for the module C"
      ),
      (
        "docs/architecture.md", "| `C`", "| `D` | |\n| `C`",
        "docs/architecture.md has a row for D, which is not a module of Sources"
      ),
    ])
  func aDifference(path: String, text: String, replacement: String, complaint: String) throws {
    let project = try ScriptedProject(Self.project)
    let before = try project.check("check-imports")
    #expect(before.text == "")
    #expect(before.status == 0)

    let changed = Self.project[path]?.replacingOccurrences(of: text, with: replacement)
    try #require(changed != Self.project[path])
    try project.write([path: changed ?? ""])
    let after = try project.check("check-imports")
    #expect(after.text.contains("scripts/check-imports: \(complaint)\n"), "\(after.text)")
    #expect(after.status == 1)
  }
}
