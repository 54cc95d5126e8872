/// One document of a target description, before its includes are followed.
struct DescriptionDocument {
  enum Item: Equatable {
    case architecture(String)
    case osABI(String)
    case compatible(String)
    case register(RegisterElement, line: Int)
    case type(id: String, TypeDescription, feature: String?, line: Int)
    case include(href: String, feature: String?, line: Int)
    /// A malformed register, with its number if it has one.
    case skippedRegister(number: Int?)
    /// A place where registers may be missing: later registers without an explicit number have
    /// none.
    case gap
  }

  private(set) var items: [Item] = []
  private(set) var warnings = DocumentWarnings()

  /// The open features, the innermost last.
  private var features: [String] = []
  /// LLDB's group names, by `group_id`.
  private var groups: [String: String] = [:]
  private var type: TypeElement?
  /// How deep the parser is in the content of an include, which is the fallback for a missing
  /// document. GDB leaves it out, too.
  private var includeDepth = 0

  /// Reads the well-formed part of a document.
  init(parsing bytes: [UInt8]) {
    let reader = XMLReader(bytes)
    warnings = reader.warnings
    for (index, event) in reader.events.enumerated() {
      if index == reader.damageIndex { items.append(.gap) }
      switch event {
      case .begin(let element, let attributes, let line): begin(element, attributes, line)
      case .end(let element, let text): end(element, text)
      }
    }
    if let damage = reader.damageIndex, damage >= reader.events.count { items.append(.gap) }
    // The fields of a type without an end are not all known.
    if let type { warnings.add("the type \(type.id) has no end and is left out", line: type.line) }
  }

  private mutating func begin(_ element: String, _ attributes: [String: String], _ line: Int) {
    guard includeDepth == 0 else {
      includeDepth += 1
      return
    }
    switch element {
    case "feature": features.append(attributes["name"] ?? "")
    case "reg":
      do throws(DocumentError) {
        let register = try RegisterElement(attributes, feature: features.last, groups: groups)
        items.append(.register(register, line: line))
      } catch {
        items.append(RegisterElement.skipped(attributes))
        warnings.add(error.text, line: line)
      }
    case "xi:include", "include":
      includeDepth = 1
      guard let href = attributes["href"], !href.isEmpty else {
        items.append(.gap)
        return warnings.add("has an include without a name", line: line)
      }
      items.append(.include(href: href, feature: features.last, line: line))
    case "group":
      if let id = attributes["id"], let name = attributes["name"] { groups[id] = name }
    case "vector": vector(attributes, line)
    case "union", "struct", "flags", "enum":
      // GDB doesn't nest types. The inner one ends the outer, and both are known by name.
      finishType()
      do throws(DocumentError) {
        type = try TypeElement(element, attributes, line: line)
      } catch {
        warnings.add(error.text, line: line)
      }
    case "field", "evalue":
      guard type != nil else {
        return warnings.add("has a \(element) outside of a known type", line: line)
      }
      do throws(DocumentError) {
        if element == "field" {
          try type?.appendField(attributes)
        } else {
          try type?.appendValue(attributes)
        }
      } catch {
        warnings.add(error.text, line: line)
      }
    default: break
    }
  }

  private mutating func end(_ element: String, _ text: String) {
    if includeDepth > 0 {
      includeDepth -= 1
      return
    }
    switch element {
    case "architecture": if !text.isEmpty { items.append(.architecture(text)) }
    case "osabi": if !text.isEmpty { items.append(.osABI(text)) }
    case "compatible": if !text.isEmpty { items.append(.compatible(text)) }
    case "feature": _ = features.popLast()
    case "union", "struct", "flags", "enum": finishType()
    default: break
    }
  }

  private mutating func finishType() {
    guard let finished = type else { return }
    type = nil
    items.append(
      .type(id: finished.id, finished.description, feature: features.last, line: finished.line))
  }

  private mutating func vector(_ attributes: [String: String], _ line: Int) {
    guard let id = attributes["id"], !id.isEmpty, let element = attributes["type"],
      let count = DocumentNumber.integer(attributes["count"], limit: TypeElement.vectorLimit),
      count > 0
    else {
      return warnings.add(
        "the vector \(attributes["id"] ?? "without a name") is malformed", line: line)
    }
    items.append(
      .type(id: id, .vector(element: element, count: count), feature: features.last, line: line))
  }
}

/// The reason why an element is left out.
struct DocumentError: Error, Equatable {
  var text: String

  init(_ text: String) { self.text = text }
}
