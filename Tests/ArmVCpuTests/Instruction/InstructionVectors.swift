import Testing

@testable import ArmVCpu

/// Instructions as LLVM 21 assembles them, one per line: the word, the assembler's text, and what it is.
/// The text is for the reader; no test depends on it.
struct InstructionVector: CustomTestStringConvertible, Sendable {
  let word: UInt32
  let text: String
  let meaning: String
  var testDescription: String { text }
}

enum InstructionVectors {
  static let all = [oneGeneral, oneVector, pairs, refused, unrelated].flatMap(parse)

  static func parse(_ lines: String) -> [InstructionVector] {
    lines.split(separator: "\n").map { line in
      let parts = line.split(separator: "|").map { String($0.trimmingPrefix(" ")) }
      return InstructionVector(
        word: UInt32(parts[0].prefix(8), radix: 16)!, text: String(parts[1].dropLast()),
        meaning: parts[2])
    }
  }
}

extension MemoryInstruction {
  /// Its description in the form of the vectors, such as `load 2x8 x2 x3 base 31 post 16`.
  var meaning: String {
    switch self {
    case .indivisible: "indivisible"
    case .other: "other"
    case .loadStore(let instruction): instruction.meaning
    }
  }
}

extension LoadStoreInstruction {
  fileprivate var meaning: String {
    var words = [isLoad ? "load" : "store", isPair ? "2x\(byteCount)" : "\(byteCount)"]
    if extendsSign { words.append("signed") }
    words.append("\(kind)\(first)")
    if isPair { words.append("\(kind)\(second)") }
    if case .literal = addressing {} else { words.append("base \(base)") }
    switch addressing {
    case .offset(let offset): words.append("offset \(offset)")
    case .preIndex(let offset): words.append("pre \(offset)")
    case .postIndex(let offset): words.append("post \(offset)")
    case .register(let index, let extend, let shift):
      words.append("index \(index) \(extend) \(shift)")
    case .literal(let offset): words.append("literal \(offset)")
    case .authenticated(let offset, let writesBack):
      words.append("authenticated \(offset)\(writesBack ? " writeback" : "")")
    }
    return words.joined(separator: " ")
  }
}
