/// A `reg` of a document, which may not have an explicit number.
struct RegisterElement: Equatable {
  /// No register is wider than SME's tile, which has 256 by 256 bytes.
  static let bitWidthLimit = 256 * 256 * 8
  static let numberLimit = 1 << 24
  static let listLimit = 256

  var name: String
  var bitWidth: Int
  var number: Int?
  var group: String?
  var feature: String?
  var typeName: String
  var isSaved: Bool
  var lldb: RegisterDescription.LLDBAttributes?

  init(
    _ attributes: [String: String], feature: String?, groups: [String: String]
  ) throws(DocumentError) {
    guard let name = attributes["name"], !name.isEmpty else {
      throw DocumentError("has a register without a name")
    }
    guard
      let bitWidth = DocumentNumber.integer(attributes["bitsize"], limit: Self.bitWidthLimit),
      bitWidth > 0
    else {
      throw DocumentError(
        "the register \(name) has the malformed width \(attributes["bitsize"] ?? "(none)")")
    }
    if let text = attributes["regnum"] {
      guard let number = DocumentNumber.integer(text, limit: Self.numberLimit) else {
        throw DocumentError("the register \(name) has the malformed number \(text)")
      }
      self.number = number
    }
    self.name = name
    self.bitWidth = bitWidth
    self.feature = feature
    group = attributes["group"] ?? attributes["group_id"].flatMap { groups[$0] }
    typeName = attributes["type"] ?? "int"
    isSaved = attributes["save-restore"] != "no"
    lldb = Self.lldbAttributes(attributes)
  }

  /// The item that stands for a malformed register in the numbering of those after it.
  static func skipped(_ attributes: [String: String]) -> DescriptionDocument.Item {
    guard let text = attributes["regnum"] else { return .skippedRegister(number: nil) }
    guard let number = DocumentNumber.integer(text, limit: numberLimit) else { return .gap }
    return .skippedRegister(number: number)
  }

  private static func lldbAttributes(
    _ attributes: [String: String]
  ) -> RegisterDescription.LLDBAttributes? {
    var result = RegisterDescription.LLDBAttributes()
    result.alternateName = attributes["altname"]
    result.role = attributes["generic"]
    result.encoding = attributes["encoding"]
    result.format = attributes["format"]
    result.byteOffset = DocumentNumber.integer(attributes["offset"], limit: numberLimit)
    result.dwarfNumber = DocumentNumber.integer(attributes["dwarf_regnum"], limit: numberLimit)
    result.containers = numbers(attributes["value_regnums"])
    result.invalidated = numbers(attributes["invalidate_regnums"])
    return result == .init() ? nil : result
  }

  private static func numbers(_ text: String?) -> [Int] {
    guard let text else { return [] }
    return text.split(separator: ",").prefix(listLimit).compactMap {
      DocumentNumber.integer(String($0), limit: numberLimit)
    }
  }
}
