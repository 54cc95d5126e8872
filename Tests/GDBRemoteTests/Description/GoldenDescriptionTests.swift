import Foundation
import Testing

@testable import GDBRemote

/// Descriptions of real stubs, decoded: one line for each register.
///
/// `RECORD_GOLDEN=1` rewrites the texts, and fails.
struct GoldenDescriptionTests {
  @Test(arguments: [
    "qemu-7.2-cortex-a57", "qemu-7.2-aarch64-max", "qemu-7.2-arm", "qemu-7.2-x86-64",
    "qemu-7.2-riscv64", "gdbserver-13.1-x86-64", "lldb-server-21-x86-64",
  ])
  func descriptionsOfRealStubs(stub: String) throws {
    let description = try Transcript.description(stub)
    let text = Self.text(description)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
      let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Transcripts/\(stub)")
      try Data(text.utf8).write(to: folder.appending(path: "registers.txt"))
      Issue.record("wrote the text of \(stub)")
      return
    }
    let golden = String(
      decoding: try Transcript.bytes(stub, "registers.txt"), as: UTF8.self)
    let lines = text.split(separator: "\n")
    let goldenLines = golden.split(separator: "\n")
    if let index = zip(lines, goldenLines).enumerated().first(where: { $1.0 != $1.1 })?.offset {
      #expect(lines[index] == goldenLines[index], "line \(index + 1)")
    }
    #expect(lines.count == goldenLines.count)
  }

  private static func text(_ description: TargetDescription) -> String {
    var lines = ["architecture \(description.architecture ?? "-")"]
    lines.append("osabi \(description.osABI ?? "-")")
    lines += description.warnings.map { "warning \($0)" }
    for (name, type) in description.types.sorted(by: { $0.key < $1.key }) {
      lines.append("type \(name) \(text(type))")
    }
    let map = description.registers
    var offsets: [Int: Int] = [:]
    for (register, offset) in zip(map.generalLayout, map.generalOffsets) {
      offsets[register.number] = offset
    }
    for register in map.all {
      var line = "\(register.number) \(register.name) \(register.bitWidth) \(register.typeName)"
      line += " g+\(offsets[register.number] ?? -1)"
      line += " \(register.feature.isEmpty ? "-" : register.feature)"
      if let group = register.group { line += " [\(group)]" }
      if register.isPart { line += " part" }
      if let role = register.lldb?.role { line += " role=\(role)" }
      lines.append(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ type: TypeDescription) -> String {
    switch type {
    case .vector(let element, let count): "\(count) of \(element)"
    case .union(let fields): "union " + text(fields)
    case .structure(let fields, let size): "struct(\(size ?? 0)) " + text(fields)
    case .flags(let fields, let size): "flags(\(size ?? 0)) " + text(fields)
    case .enumeration(let values, let size):
      "enum(\(size ?? 0)) " + values.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    }
  }

  private static func text(_ fields: [TypeDescription.Field]) -> String {
    fields.map { field in
      var text = field.name
      if let bits = field.bits { text += "[\(bits.lowerBound)-\(bits.upperBound)]" }
      if let type = field.typeName { text += ":\(type)" }
      return text
    }.joined(separator: ",")
  }
}
