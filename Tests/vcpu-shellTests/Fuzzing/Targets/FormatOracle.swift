import Foundation

@testable import vcpu_shell

/// Numbers are formatted as in C.
enum FormatOracle {
  private static let values: [UInt64] = [
    0, 1, 8, 0x7f, 0x80, 0xffff_8000, 0x8000_0000_0000_0000, .max, 0x1234_5678_9abc_def0,
  ]

  static func check(_ text: String) throws {
    guard let format = try accepted("a format", { try FormatText(parsing: text) })
    else { return }
    for case .conversion(let conversion) in format.parts where "diuxXo".contains(conversion.letter)
    {
      for value in values {
        try requireEqual(
          conversion.text(of: value), inC(conversion, value), "\(conversion) of \(value)")
      }
    }
  }

  /// C's formatting of a value, which has to be as wide as the conversion says.
  private static func inC(_ conversion: FormatText.Conversion, _ value: UInt64) -> String {
    let flags = String(conversion.flags.sorted())
    let width = conversion.width > 0 ? "\(conversion.width)" : ""
    let precision = conversion.precision.map { ".\($0)" } ?? ""
    let length = [8: "hh", 16: "h"][conversion.bitWidth] ?? "ll"
    let format = "%" + flags + width + precision + length + String(conversion.letter)
    var buffer = [CChar](repeating: 0, count: FormatText.maximumWidth + 32)
    let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
