import Foundation
import TestSupport
import Testing

@testable import VCpuDebug

/// Random C expressions have GDB's values, unless GDB's 32-bit `int` overflows.
@Suite struct GDBComparisonTests {
  private static let gdb = ["/usr/bin/gdb-multiarch", "/usr/local/bin/gdb-multiarch"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }
  private static let seed: UInt64 = 20_261_127

  @Test(.enabled(if: gdb != nil, "gdb-multiarch is not installed"))
  func aThousandExpressions() throws {
    var random = RandomExpression(seed: Self.seed)
    var texts: [String] = []
    var isUnsignedCount = 0
    while texts.count < 1000 {
      let text = random.text()
      guard let expression = try? Expression(parsing: text), let type = CType(expression) else {
        continue
      }
      if type == .unsignedLong { isUnsignedCount += 1 }
      texts.append(text)
    }
    #expect(isUnsignedCount > 100)
    let answers = try Self.answers(to: texts)
    try #require(answers.count == texts.count, "GDB has no answer to one of them")
    for (text, answer) in zip(texts, answers) {
      let value = try Variables().value(of: text)
      #expect("\(value.bits)" == answer, "\(text), seed \(Self.seed)")
    }
  }

  /// GDB's value, as an unsigned 64-bit number.
  private static func answers(to texts: [String]) throws -> [String] {
    let script = FileManager.default.temporaryDirectory
      .appendingPathComponent("expressions-\(UUID().uuidString).gdb")
    defer { try? FileManager.default.removeItem(at: script) }
    let lines = texts.map { "printf \"%lu\\n\", (unsigned long)(\($0))\n" }.joined()
    try Data(("set language c\nset architecture aarch64\n" + lines).utf8).write(to: script)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: gdb ?? "")
    process.arguments = ["-nx", "-batch", "-x", script.path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { $0.allSatisfy(\.isNumber) }
  }
}
