import Foundation
import Testing

extension EndToEnd {
  /// The recipes of docs/fault-injection.md: each script runs as it is, and prints the documented output.
  @Suite struct FaultInjection {
    /// A script of the document, with its heading and its output: lines in which `…` matches anything.
    struct Recipe: CustomTestStringConvertible {
      let title: String
      let script: String
      let output: [String]
      var testDescription: String { title }
    }

    private static let recipes: [Recipe] = {
      guard
        let text = try? String(
          contentsOfFile: Built.file("docs/fault-injection.md"), encoding: .utf8)
      else { return [] }
      return text.components(separatedBy: "\n## ").dropFirst().compactMap { section in
        let parts = section.components(separatedBy: "```")
        // Text, script, text, output, text.
        guard parts.count == 5, parts[1].hasPrefix("vcpu\n") else { return nil }
        return Recipe(
          title: section.components(separatedBy: "\n")[0],
          script: String(parts[1].dropFirst("vcpu\n".count)),
          output: parts[3].split(separator: "\n").map(String.init))
      }
    }()

    @Test func thereAreFive() {
      #expect(Self.recipes.map(\.title.first) == ["1", "2", "3", "4", "5"])
    }

    @Test(arguments: recipes)
    func aRecipePrintsWhatIsSaid(_ recipe: Recipe) throws {
      let folder = try TemporaryFolder()
      let script = try folder.file("recipe.vcpu", recipe.script)
      let run = try ShellRun(["launch", "tour", "--batch", "-x", script])
      expectSuccess(run)
      var rest = run.lines[...]
      for line in recipe.output where line != "…" {
        let index = rest.firstIndex { Self.matches($0, line) }
        guard let index else {
          Issue.record("'\(line)' is not printed there: \(run.description)")
          return
        }
        rest = rest[(index + 1)...]
      }
    }

    /// Whether a line is `pattern`, in which `…` stands for any text.
    private static func matches(_ line: String, _ pattern: String) -> Bool {
      let parts = pattern.components(separatedBy: "…")
      guard line.hasPrefix(parts[0]), line.hasSuffix(parts[parts.count - 1]) else { return false }
      var rest = line[...]
      for part in parts {
        guard let range = part.isEmpty ? rest.startIndex..<rest.startIndex : rest.range(of: part)
        else { return false }
        rest = rest[range.upperBound...]
      }
      return parts.count > 1 || line == pattern
    }

    /// The same recipe with each way to find exits: the third read of a device, and one at an entry.
    @Test(arguments: ["trampoline", "vectors"])
    func theyWorkOnAnyHypervisor(way: String) throws {
      let folder = try TemporaryFolder()
      for recipe in Self.recipes {
        let script = try folder.file("recipe.vcpu", "set catch-way \(way)\n" + recipe.script)
        let run = try ShellRun(["launch", "tour", "--batch", "-x", script])
        expectSuccess(run)
        // The effects in the guest.
        for line in recipe.output where line.hasPrefix("guest| tour: ") {
          #expect(run.lines.contains(line), "'\(line)': \(run.description)")
        }
      }
    }
  }
}
