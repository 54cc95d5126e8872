import Foundation
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// Source lines between instructions.
@Suite struct SourceInterleavingTests {
  private let folder: ScratchFolder
  private let files = SourceFiles()

  init() throws {
    folder = try ScratchFolder()
    try (1...40).map { "line \($0)\n" }.joined()
      .write(toFile: folder.path + "/a.c", atomically: true, encoding: .utf8)
  }

  private func lines(_ numbers: [Int?], of name: String = "/a.c") -> [[Int]?] {
    SourceInterleaving(
      files: files,
      locations: numbers.map { number in
        number.map { SourceLocation(file: folder.path + name, line: $0) }
      }
    ).lines().map { $0?.map(\.line) }
  }

  @Test func aLineIsBeforeItsFirstInstruction() {
    #expect(lines([5, 5, nil, 5, 6]) == [[5], nil, nil, nil, [6]])
  }

  @Test func linesWithoutCodeAreShownWithTheNext() {
    #expect(lines([5, 8, 9]) == [[5], [6, 7, 8], [9]])
  }

  @Test func linesWithCodeElsewhereAreShownThere() {
    #expect(lines([5, 8, 6]) == [[5], [8], [6]])
  }

  @Test func aGapIsNotShown() {
    #expect(lines([5, 15, 26]) == [[5], Array(6...15), [26]])
  }

  @Test func goingBackShowsTheLineAgain() {
    #expect(lines([5, 6, 5, 6]) == [[5], [6], [5], [6]])
  }

  @Test func textIsOmittedIfTheFileIsMissing() {
    let shown = SourceInterleaving(
      files: files, locations: [SourceLocation(file: "/nowhere/b.c", line: 3)]
    ).lines()
    #expect(shown.first??.first?.text == nil)
    let found = SourceInterleaving(
      files: files, locations: [SourceLocation(file: folder.path + "/a.c", line: 3)]
    ).lines()
    #expect(found.first??.first?.text == "line 3")
  }
}
