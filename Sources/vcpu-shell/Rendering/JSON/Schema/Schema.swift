/// The JSON Schema (draft 2020-12) of all of the shell's JSON: docs/schema.
struct Schema {
  /// The document.
  let root: SchemaNode
  /// Types and properties without a description, such as `ExitAnswer.pc`.
  let undescribed: [String]

  /// - Parameter descriptions: the description of each type and of each property.
  /// - Throws: `SchemaRecorder.Failure` for a type that cannot be in an answer.
  init(
    answers: [any Answer.Type] = AnswerKinds.all, events: [any Event.Type] = EventKinds.all,
    descriptions: [String: String] = SchemaDescriptions.texts
  ) throws {
    let recorder = SchemaRecorder()
    for answer in answers { _ = try recorder.shape(of: answer) }
    for event in events { _ = try recorder.shape(of: event) }
    _ = try recorder.shape(of: Request.self)
    _ = try recorder.shape(of: EventHeader.self)
    var writer = SchemaWriter(recorder: recorder, descriptions: descriptions)
    for answer in answers { writer.kinds[SchemaRecorder.name(of: answer)] = answer.kind }
    for event in events { writer.events[SchemaRecorder.name(of: event)] = event.name }

    var definitions = writer.definitions()
    definitions.append(
      SchemaNode.Member(key: "Event", value: Self.anyOf(events, "A line of `--format jsonl`.")))
    definitions.append(
      SchemaNode.Member(key: "Answer", value: Self.anyOf(answers, "A command's answer.")))
    definitions.append(SchemaNode.Member(key: "Hex", value: Self.hex))
    root = .object(
      ("$schema", "https://json-schema.org/draft/2020-12/schema"),
      ("$id", .string("urn:vcpu-shell:answers:\(EventHeader.currentSchema)")),
      ("title", .string("The JSON of vcpu-shell, version \(EventHeader.currentSchema)")),
      ("anyOf", .array([.reference("Event"), .reference("Answer")])),
      ("$defs", .object(definitions.sorted { $0.key < $1.key })))
    undescribed = writer.undescribed
  }

  /// The text of the document.
  var text: String { root.text() + "\n" }

  private static func anyOf(_ types: [Any.Type], _ description: String) -> SchemaNode {
    .object(
      ("description", .string(description)),
      ("oneOf", .array(types.map { .reference(SchemaRecorder.name(of: $0)) })))
  }

  private static var hex: SchemaNode {
    .object(
      ("description", "A 64-bit number in hexadecimal: a register's value, or an address."),
      ("type", "string"), ("pattern", .string(Hex.pattern)))
  }
}

/// Writes the definitions of the types that a recorder has seen.
private struct SchemaWriter {
  let recorder: SchemaRecorder
  let descriptions: [String: String]
  /// The kinds of the types that are answers.
  var kinds: [String: String] = [:]
  /// The names of the types that are events.
  var events: [String: String] = [:]
  private(set) var undescribed: [String] = []

  init(recorder: SchemaRecorder, descriptions: [String: String]) {
    self.recorder = recorder
    self.descriptions = descriptions
  }

  mutating func definitions() -> [SchemaNode.Member] {
    var result: [SchemaNode.Member] = []
    let header = SchemaRecorder.name(of: EventHeader.self)
    for (name, properties) in recorder.objects where name != header {
      result.append(SchemaNode.Member(key: name, value: object(name, properties)))
    }
    for (name, words) in recorder.enumerations {
      result.append(SchemaNode.Member(key: name, value: enumeration(name, words)))
    }
    undescribed.sort()
    return result
  }

  private mutating func object(
    _ name: String, _ properties: [SchemaRecorder.Property]
  ) -> SchemaNode {
    var members: [SchemaNode.Member] = []
    var required: [String] = []
    func constant(_ text: String) -> SchemaNode { .object(("const", .string(text))) }
    if let kind = kinds[name] {
      members.append(SchemaNode.Member(key: "kind", value: constant(kind)))
      required.append("kind")
    }
    if let event = events[name] {
      let header = SchemaRecorder.name(of: EventHeader.self)
      for property in recorder.objects[header] ?? [] {
        let value =
          switch property.name {
          case "schema": constant(EventHeader.currentSchema)
          case "event": constant(event)
          default: node(property, of: header)
          }
        members.append(SchemaNode.Member(key: property.name, value: value))
        required.append(property.name)
      }
    }
    for property in properties {
      members.append(SchemaNode.Member(key: property.name, value: node(property, of: name)))
      if property.isRequired { required.append(property.name) }
    }
    return .object(
      ("description", description(name)), ("type", "object"), ("properties", .object(members)),
      ("required", required.isEmpty ? nil : .array(required.map(SchemaNode.string))),
      ("additionalProperties", .bool(false)))
  }

  private mutating func node(
    _ property: SchemaRecorder.Property, of name: String
  ) -> SchemaNode {
    let description = description(name + "." + property.name)
    guard case .object(let members) = Self.node(property.shape) else { return .object() }
    guard let description else { return .object(members) }
    return .object([SchemaNode.Member(key: "description", value: description)] + members)
  }

  private static func node(_ shape: SchemaRecorder.Shape) -> SchemaNode {
    switch shape {
    case .string: .object(("type", "string"))
    case .boolean: .object(("type", "boolean"))
    case .integer: .object(("type", "integer"))
    case .number: .object(("type", "number"))
    case .hex: .reference("Hex")
    case .answer: .reference("Answer")
    case .array(let element): .object(("type", "array"), ("items", node(element)))
    case .named(let name): .reference(name)
    }
  }

  /// The words of an enum need no description; those that have one are listed with it.
  private mutating func enumeration(_ name: String, _ words: [String]) -> SchemaNode {
    let listed = words.compactMap { word in
      descriptions[name + "." + word].map { "`\(word)`: \($0)" }
    }
    let text = ([descriptions[name]] + listed).compactMap { $0 }.joined(separator: "\n")
    if descriptions[name] == nil { undescribed.append(name) }
    return .object(
      ("description", text.isEmpty ? nil : .string(text)), ("type", "string"),
      ("enum", .array(words.map(SchemaNode.string))))
  }

  private mutating func description(_ name: String) -> SchemaNode? {
    if let text = descriptions[name] { return .string(text) }
    undescribed.append(name)
    return nil
  }
}
