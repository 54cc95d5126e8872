import Foundation
import GoldenText
import Testing

@testable import vcpu_shell

@Suite struct SchemaTests {
  // MARK: The real schema

  /// Every type and every property in an answer or an event has a documentation comment.
  @Test func everythingIsDescribed() throws {
    #expect(try Schema().undescribed == [])
  }

  /// No answer has its own key named `kind`, and no two have the same kind.
  @Test func kindsAreUnique() throws {
    let kinds = AnswerKinds.all.map { $0.kind }
    #expect(Set(kinds).count == kinds.count)
    let names = EventKinds.all.map { $0.name }
    #expect(Set(names).count == names.count)
    let recorder = SchemaRecorder()
    for answer in AnswerKinds.all { _ = try recorder.shape(of: answer) }
    for answer in AnswerKinds.all {
      let keys = recorder.objects[SchemaRecorder.name(of: answer)]?.map(\.name) ?? []
      #expect(!keys.contains("kind"), "\(answer)")
    }
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../..").standardized

  /// `scripts/generate-schema` writes it again.
  @Test func theSchemaInTheDocumentationIsTheShells() throws {
    let file = Self.root.appendingPathComponent(
      "docs/schema/answers-\(EventHeader.currentSchema).json")
    let wanted = try String(contentsOf: file, encoding: .utf8)
    let text = try Schema().text
    #expect(
      text == wanted,
      "stale, run scripts/generate-schema: \(GoldenText.difference(text, wanted))")
  }

  @Test func theWordsAreThoseOfTheComments() throws {
    let check = try Self.check(Self.root)
    #expect(check.status == 0, "\(check.errors)")
  }

  /// It finds a word and a key that differ: in the table, and in the schema.
  @Test(arguments: [
    "Sources/vcpu-shell/Rendering/JSON/Schema/SchemaDescriptions.swift",
    "docs/schema/answers-\(EventHeader.currentSchema).json",
  ])
  func theCheckFindsWhatIsStale(path: String) throws {
    let project = try ScratchFolder()
    let folder = URL(fileURLWithPath: project.path)
    for name in [
      "Sources/vcpu-shell/Answers", "Sources/vcpu-shell/Rendering", "docs/schema", "scripts",
    ] {
      let copy = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Self.root.appendingPathComponent(name), to: copy)
    }
    #expect(try Self.check(folder).status == 0)
    let file = folder.appendingPathComponent(path)
    let text = try String(contentsOf: file, encoding: .utf8)
    try Data(text.replacingOccurrences(of: "thread", with: "threat").utf8).write(to: file)
    let check = try Self.check(folder)
    #expect(check.status == 1)
    #expect(check.errors == "\(path) is stale: run scripts/generate-schema\n")
    withExtendedLifetime(project) {}
  }

  /// `scripts/generate-schema --check` on a project, with the shell that was built with the tests.
  private static func check(_ project: URL) throws -> PythonRun {
    let shell = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("vcpu-shell").path
    return try PythonRun(
      [project.appendingPathComponent("scripts/generate-schema").path, "--check", shell])
  }

  // MARK: Schemas of small types

  struct Leaf: Codable, Equatable { var text: String }

  struct Node: Answer {
    static let kind = "node"
    var word: Word
    var address: Hex?
    var children: [Node]
    var leaf: Leaf
    var other: Leaf?
    var optionalWord: Word?
    var flag: Bool?
    var count: Int?
    var name: String?
    var ratio: Double?
    var table: [[Int]]
  }

  enum Word: String, Codable, CaseIterable, Sendable { case one, two }

  @Test func keysAreThoseOfTheType() throws {
    let recorder = SchemaRecorder()
    let node = "SchemaTests.Node"
    let leaf = "SchemaTests.Leaf"
    #expect(try recorder.shape(of: Node.self) == .named(node))
    let expected: [(String, SchemaRecorder.Shape, Bool)] = [
      ("word", .named("SchemaTests.Word"), true), ("address", .hex, false),
      ("children", .array(.named(node)), true), ("leaf", .named(leaf), true),
      ("other", .named(leaf), false), ("optionalWord", .named("SchemaTests.Word"), false),
      ("flag", .boolean, false), ("count", .integer, false), ("name", .string, false),
      ("ratio", .number, false), ("table", .array(.array(.integer)), true),
    ]
    #expect(
      recorder.objects[node]
        == expected.map { SchemaRecorder.Property(name: $0, shape: $1, isRequired: $2) })
    #expect(recorder.objects[leaf]?.map(\.name) == ["text"])
    #expect(recorder.enumerations == ["SchemaTests.Word": ["one", "two"]])
  }

  struct WithDictionary: Codable { var values: [String: Int] }
  struct WithByte: Codable { var byte: UInt8 }
  struct WithOptionalByte: Codable { var byte: UInt8? }
  struct WithPayload: Codable {
    enum Choice: Codable { case one(Int), two }
    var choice: Choice
  }
  struct WithHoles: Codable { var values: [Int?] }
  enum Number: Int, Codable, CaseIterable { case one = 1 }
  struct WithNumber: Codable { var number: Number }

  @Test func whatCannotBeInAnAnswerIsAnError() {
    let recorder = SchemaRecorder()
    #expect(throws: (any Error).self) { try recorder.shape(of: WithDictionary.self) }
    #expect(throws: (any Error).self) { try recorder.shape(of: WithByte.self) }
    #expect(throws: (any Error).self) { try recorder.shape(of: WithOptionalByte.self) }
    #expect(throws: (any Error).self) { try recorder.shape(of: WithPayload.self) }
    #expect(throws: (any Error).self) { try recorder.shape(of: WithHoles.self) }
    #expect(throws: (any Error).self) { try recorder.shape(of: WithNumber.self) }
  }

  @Test func theDocumentHasWhatTheTypesHave() throws {
    let descriptions = ["SchemaTests.Leaf": "A leaf.", "SchemaTests.Leaf.text": "What it says."]
    let schema = try Schema(answers: [Node.self], events: [], descriptions: descriptions)
    #expect(!schema.undescribed.contains("SchemaTests.Leaf.text"))
    #expect(schema.undescribed.contains("SchemaTests.Node.leaf"))
    let text = schema.text
    #expect(
      text.contains(
        #""text": { "description": "What it says.", "type": "string" }"#))
    #expect(
      text.contains(
        ##""children": { "type": "array", "items": { "$ref": "#/$defs/SchemaTests.Node" } }"##))
    #expect(
      text.contains(
        #""required": ["kind", "word", "children", "leaf", "table"]"#))
    #expect(text.contains(#""kind": { "const": "node" }"#))
  }
}
