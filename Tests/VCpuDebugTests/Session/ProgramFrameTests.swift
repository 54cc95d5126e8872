import TestSupport
import Testing

@testable import VCpuDebug

/// The registers and variables of the frames of a program without a hypervisor.
@Suite struct ProgramFrameTests {
  private static let source = """
    volatile int shared; volatile double real;
    __attribute__((noinline)) int work(int n, double d) {
      real = d; shared = n; shared = 1;
      return shared;
    }
    struct point { float x; };
    struct pair { long first; int second; };
    struct large { long words[3]; };
    double real_result(void) { return real; }
    struct point point_result(void) { struct point p = { shared }; return p; }
    struct pair pair_result(void) { struct pair p = { shared, 3 }; return p; }
    struct large large_result(void) { struct large l = { { shared } }; return l; }
    unsigned char byte_result(void) { return shared; }
    void start(void) { work(42, 2.5); for (;;) { } }
    """
  private let target = FakeTarget(.aarch64Program)
  private let session: HypervisorSession
  /// The first instruction of `work`, and its last.
  private let entry: UInt64
  private let end: UInt64

  init() throws {
    let file = try CompiledProgram("frames.c", Self.source, ["-O2"]).file
    let information = try #require(file.debugInformation)
    let range = try #require(information.functions(named: "work").first?.ranges.first)
    let start = try #require(information.functions(named: "start").first?.ranges.first)
    (entry, end) = (range.lowerBound, range.upperBound - 4)
    for address in stride(from: range.lowerBound, to: start.upperBound, by: 4) {
      let bytes = try #require(file.contents(at: address, byteCount: 4))
      let isWritten = target.memory.write(bytes, at: address, .physical)
      #expect(isWritten)
    }
    // BL in `start`, which returns to the instruction after it.
    let call = try #require(
      stride(from: start.lowerBound, to: start.upperBound, by: 4).first { address in
        file.contents(at: address, byteCount: 4).map { $0[3] & 0xfc == 0x94 } ?? false
      })
    target["x30"] = call + 4
    target["sp"] = 0x4020_0000
    target["x0"] = 1
    session = try HypervisorSession(target: target, symbols: file)
  }

  private func stand(at address: UInt64) throws -> [String: String] {
    try session.assign("$pc = \(address)")
    let frame = try session.stack.shownFrame()
    let locals = try #require(try session.values.locals(of: frame))
    return Dictionary(
      uniqueKeysWithValues: locals.map { ($0.name, ValueText().text($0.object.node { _ in nil })) })
  }

  /// A selected frame has registers that no function saves, and those of the innermost are the CPU's.
  @Test func registersOfASelectedFrame() throws {
    _ = try stand(at: end)
    try session.stack.select(0)
    #expect(try session.value(of: "$x0").bits == 1)
    #expect(try session.value(of: "$cpsr").bits == target["cpsr"])
    try session.stack.select(1)
    #expect(try session.value(of: "$pc").bits == target["x30"])
    #expect(try session.value(of: "$cpsr").bits == target["cpsr"])
    #expect(throws: DebugError.self) { try session.value(of: "$x0") }
  }

  /// An argument whose register has another value by now is what the call says.
  @Test func anArgumentThatWasOverwritten() throws {
    #expect(try stand(at: end)["n"] == "42")
    // Called from elsewhere, nothing is known of it.
    try session.assign("$x30 = \(entry + 4)")
    #expect(try stand(at: end)["n"] == "<optimized out>")
  }

  @Test func aVariableInAVectorRegister() throws {
    try session.assign("$v0 = 0x4004000000000000")
    #expect(try stand(at: entry)["d"] == "2.5")
  }

  /// AAPCS64, 6.9.
  @Test(arguments: [
    ("real_result", "2.5"), ("point_result", "{x = 1.5}"),
    ("pair_result", "{first = 7, second = 3}"), ("large_result", nil),
    ("byte_result", "7 '\\a'"),
  ])
  func results(function: String, text: String?) throws {
    let address = try #require(
      session.modules.of(.plain)?.modules.first?.names.symbols(named: function).first
    ).address
    let frame = try stand(at: address, in: function)
    let returned = try #require(session.values.returned(by: frame))
    try session.assign("$x0 = 7")
    try session.assign("$x1 = 0xffffffff00000003")
    try session.assign(
      "$v0 = \(function == "real_result" ? "0x4004000000000000" : "0x3fc00000")")
    let value = try session.values.value(returned)
    #expect(
      value.flatMap(\.object).map { ValueText().text($0.node { _ in nil }) } == text)
  }

  private func stand(at address: UInt64, in function: String) throws -> StackFrame {
    try session.assign("$pc = \(address)")
    let frame = try session.stack.shownFrame()
    #expect(frame.name == function)
    return frame
  }
}
