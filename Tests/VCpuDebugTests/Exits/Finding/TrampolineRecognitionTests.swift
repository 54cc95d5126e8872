import Foundation
import Testing

@testable import VCpuDebug

@Suite struct TrampolineRecognitionTests {
  private typealias Result = TrampolineRecognition.Result

  /// Sixteen vectors: `synchronous` and `irq` of AArch64 at lower Exception levels, and all others the same.
  private static func table(
    synchronous: String, irq: String, fiq: String = "b panic", other: String = "b panic"
  ) -> String {
    let vectors =
      Array(repeating: other, count: 8) + [synchronous, irq, fiq]
      + Array(repeating: other, count: 5)
    return """
      .balign 2048
      exception_vector_base_vcpu:
      \(vectors.map { ".balign 128\n\($0)\n" }.joined())
      .balign 128
      panic: wfe
      b panic
      .balign 64
      .global vmexit_trampoline
      vmexit_trampoline:
      add x9, sp, #272
      ldr x10, [x9]
      mov sp, x10
      ret
      .global exception_vector_base_vcpu

      """
  }

  private static let pairs: [String] = stride(from: 0, to: 30, by: 2).map {
    "stp x\($0), x\($0 + 1), [sp, #\($0 * 8)]"
  }
  private static let systemRegisters = [
    "mrs x9, sp_el0", "stp x30, x9, [sp, #240]", "mrs x10, elr_el2", "mrs x11, spsr_el2",
    "stp x10, x11, [sp, #256]",
  ]
  private static let save = (["sub sp, sp, #272"] + pairs + systemRegisters).joined(separator: "\n")

  private static func exit(_ kind: Int, _ branch: String = "bl") -> String {
    "\(save)\nmov x0, #\(kind)\n\(branch) vmexit_trampoline\nb panic"
  }

  private func result(_ source: String, options: [String] = []) throws -> (Result, AssembledCode) {
    let code = try AssembledCode(source, options: options)
    let recognition = TrampolineRecognition(
      trampoline: try code.address(of: "vmexit_trampoline"), word: code.word)
    let byTable = try recognition.result(table: try code.address(of: "exception_vector_base_vcpu"))
    // The same without a table, with its symbol and without.
    let all = [(address: code.address, bytes: code.bytes)]
    #expect(try recognition.result(symbol: code.module.address, code: []) == byTable)
    if case .recognised = byTable {
      #expect(try recognition.result(symbol: { _ in nil }, code: all) == byTable)
    }
    return (byTable, code)
  }

  private func refusal(_ source: String) throws -> String? {
    guard case .refused(let reason) = try result(source).0 else { return nil }
    return reason
  }

  @Test("the crate: each vector saves for itself and calls; FIQs and SErrors go elsewhere")
  func crate() throws {
    let (found, code) = try result(Self.table(synchronous: Self.exit(0), irq: Self.exit(1)))
    #expect(
      found
        == .recognised(
          table: try code.address(of: "exception_vector_base_vcpu"), offsets: [0x400, 0x480]))
  }

  @Test("vectors that only branch, registers in another order, one by one, with write-back")
  func otherShapes() throws {
    let stores = (2...29).reversed().map { "str x\($0), [sp, #\($0 * 8)]" }
    let shapes = [
      // Room by the first store; a base that is a copy of SP; movk; a hint first.
      """
      bti c
      stp x0, x1, [sp, #-272]!
      \(stores.joined(separator: "\n"))
      mov x2, sp
      add x3, x2, #240
      mrs x4, spsr_el2
      mrs x5, sp_el0
      stp x30, x5, [x3], #16
      str x4, [x3, #8]
      mrs x6, elr_el2
      stur x6, [x3, #0]
      """,
      // SP moves twice; what is stored first is overwritten by the right thing.
      """
      sub sp, sp, #256
      str xzr, [sp, #-16]!
      \(Self.pairs.joined(separator: "\n"))
      \(Self.systemRegisters.joined(separator: "\n"))
      """,
      // And more past the frame, as in our own.
      """
      \(Self.save)
      ldr x7, [sp, #296]
      add x7, x7, #1
      mrs x8, cntvct_el0
      stp x7, x8, [sp, #296]
      stp q0, q1, [sp, #320]
      msr sp_el0, x7
      isb
      """,
    ]
    for shape in shapes {
      let source =
        Self.table(synchronous: "b handle", irq: "b panic")
        + "handle:\n\(shape)\nmovz x0, #0\nb vmexit_trampoline\n"
      let (found, code) = try result(source)
      #expect(
        found
          == .recognised(
            table: try code.address(of: "exception_vector_base_vcpu"), offsets: [0x400]))
    }
  }

  @Test("our own vectors, from Sources/CArmVCpu/vectors.S")
  func own() throws {
    let package = URL(fileURLWithPath: #filePath).pathComponents.dropLast(5).joined(separator: "/")
      .dropFirst()
    let sources = String(package) + "/Sources/CArmVCpu"
    let (found, code) = try result(
      """
      nop
      #include "\(sources)/vectors.S"
      .text
      .global vmexit_trampoline
      vmexit_trampoline: nop
      ret
      .global avcpu_observe_exit
      avcpu_observe_exit: b vmexit_trampoline
      .data
      .balign 8
      .global avcpu_observer
      avcpu_observer: .quad 0
      .text
      .global avcpu_fatal
      avcpu_fatal: ret
      """, options: ["-I\(sources)/include"])
    #expect(
      found
        == .recognised(
          table: try code.address(of: "exception_vector_base_vcpu"),
          offsets: [0x400, 0x480, 0x500, 0x580, 0x600, 0x680, 0x700, 0x780]))
  }

  @Test("a store left out, one by one")
  func missing() throws {
    for index in Self.pairs.indices {
      var pairs = Self.pairs
      pairs.remove(at: index)
      let save = (["sub sp, sp, #272"] + pairs + Self.systemRegisters).joined(separator: "\n")
      let reason = try refusal(
        Self.table(synchronous: "b handle", irq: "b panic")
          + "handle:\n\(save)\nmov x0, #0\nb vmexit_trampoline\n")
      #expect(
        reason
          == "the vector of synchronous exceptions (VBAR_EL2 + 0x400) stores x\(index * 2) nowhere")
    }
  }

  /// Code of the synchronous vector, and why it isn't the crate's.
  @Test(arguments: [
    (
      save.replacingOccurrences(of: "#272", with: "#288") + "\nmov x0, #0\nb vmexit_trampoline",
      "makes room for 288 bytes, not 272"
    ),
    (save + "\nmov x0, #1\nb vmexit_trampoline", "puts 1 into x0, not 0"),
    (save + "\nmov x0, sp\nb vmexit_trampoline", "doesn't put the trap kind, 0, into x0"),
    (
      save.replacingOccurrences(of: "mrs x9, sp_el0", with: "mov x9, sp")
        + "\nmov x0, #0\nb vmexit_trampoline", "stores SP_EL0 nowhere"
    ),
    (
      save.replacingOccurrences(of: "stp x10, x11, [sp, #256]", with: "stp x11, x10, [sp, #256]")
        + "\nmov x0, #0\nb vmexit_trampoline", "stores ELR_EL2 at 264, not at 256"
    ),
    (
      // x1 is overwritten before it is stored.
      save.replacingOccurrences(of: "sub sp", with: "mrs x1, esr_el2\nsub sp")
        + "\nmov x0, #0\nb vmexit_trampoline", "stores x1 nowhere"
    ),
    (
      save.replacingOccurrences(of: "mrs x10, elr_el2", with: "msr elr_el2, x3\nmrs x10, elr_el2")
        + "\nmov x0, #0\nb vmexit_trampoline", "stores ELR_EL2 nowhere"
    ),
    (
      // Half of x18 is overwritten.
      save + "\nstr w3, [sp, #148]\nmov x0, #0\nb vmexit_trampoline", "stores x18 nowhere"
    ),
    (
      save + "\nstp q0, q1, [sp, #16]\nmov x0, #0\nb vmexit_trampoline", "stores x2 nowhere"
    ),
    ("b vmexit_trampoline", "makes room for 0 bytes, not 272"),
  ])
  func mismatches(code: String, reason: String) throws {
    #expect(
      try refusal(
        Self.table(synchronous: "b handle", irq: "b panic") + "handle:\n\(code)\nb panic\n")
        == "the vector of synchronous exceptions (VBAR_EL2 + 0x400) \(reason)")
  }

  /// Code that isn't followed; the address in the reason is left out.
  @Test(arguments: [
    ("handle: bl panic\nb vmexit_trampoline", "calls"),
    ("handle: cbz x0, panic\nb vmexit_trampoline", "branches on a condition"),
    ("handle: b.eq panic\nb vmexit_trampoline", "branches on a condition"),
    ("handle: tbnz x0, #3, panic\nb vmexit_trampoline", "branches on a condition"),
    ("handle: adr x9, vmexit_trampoline\nbr x9", "isn't understood"),
    ("handle: str x0, [x1]\nb vmexit_trampoline", "stores to an address that isn't relative to SP"),
    ("handle: ldr x9, [x10]\nmov sp, x9\nb vmexit_trampoline", "sets SP to an unknown value"),
    ("handle: sub sp, sp, x3\nb vmexit_trampoline", "sets SP to an unknown value"),
    ("handle: and sp, x3, #0xfff0\nb vmexit_trampoline", "sets SP to an unknown value"),
    ("handle: msr spsel, #0\nb vmexit_trampoline", "isn't understood"),
    ("handle: swp x0, x1, [sp]\nb vmexit_trampoline", "isn't understood"),
    ("handle: paciasp\nb vmexit_trampoline", "isn't understood"),
    ("handle: wfi\nb vmexit_trampoline", "isn't understood"),
    ("handle: eret", "isn't understood"),
    ("handle: b handle", "in 256 instructions"),
    ("handle: .word 0", "isn't understood"),
    (".equ handle, _start + 0x1000000", "there is no memory at 0x41200000"),
  ])
  func notFollowed(code: String, reason: String) throws {
    let text = try refusal(Self.table(synchronous: "b handle", irq: "b panic") + code + "\n")
    #expect(text?.contains(reason) == true, "\(text ?? "recognised")")
  }

  @Test("an IRQ vector that leads to the trampoline must meet the contract too")
  func wrongIRQ() throws {
    #expect(
      try refusal(Self.table(synchronous: Self.exit(0), irq: Self.exit(0)))
        == "the vector of IRQs (VBAR_EL2 + 0x480) puts 0 into x0, not 1")
    #expect(
      try refusal(
        Self.table(
          synchronous: Self.exit(0), irq: Self.exit(1), fiq: "mov x0, #2\nb vmexit_trampoline"))
        == "the vector of FIQs (VBAR_EL2 + 0x500) makes room for 0 bytes, not 272")
    guard
      case .recognised(_, let offsets) = try result(
        Self.table(
          synchronous: Self.exit(0, "b"), irq: Self.exit(1, "b"), fiq: Self.exit(2, "b"))
      ).0
    else {
      Issue.record("not recognised")
      return
    }
    #expect(offsets == [0x400, 0x480, 0x500])
  }

  @Test(
    "a hypervisor with vectors alone, which saves 272 bytes too, and a symbol of the name elsewhere"
  )
  func otherHypervisor() throws {
    let save = Self.save.replacingOccurrences(of: "mrs x9, sp_el0\nstp x30, x9", with: "str x30")
    let source =
      Self.table(
        synchronous: "b handle", irq: "b panic")
      + "handle:\n\(save)\nmov x0, sp\nbl handle_exit\neret\nhandle_exit: ret\n"
    let code = try AssembledCode(source)
    let named = TrampolineRecognition(
      trampoline: try code.address(of: "vmexit_trampoline"), word: code.word)
    guard
      case .refused(let reason) = try named.result(
        table: try code.address(of: "exception_vector_base_vcpu"))
    else {
      Issue.record("recognised")
      return
    }
    #expect(reason.contains(": the code at 0x") && reason.contains(" calls 0x"))
    // Nothing branches to that trampoline.
    #expect(
      try named.result(symbol: { _ in nil }, code: [(code.address, code.bytes)])
        == .refused("no vector branches to vmexit_trampoline, \(named.trampoline.hex)"))
    // The symbol is over the vector itself, or nowhere.
    let table = try code.address(of: "exception_vector_base_vcpu")
    for (trampoline, text) in [
      (table + 0x400, "(VBAR_EL2 + 0x400) makes room for 0 bytes, not 272"),
      (0x7000_0000, "there is no memory at vmexit_trampoline, 0x70000000"),
    ] {
      guard
        case .refused(let reason) = try TrampolineRecognition(
          trampoline: trampoline, word: code.word
        ).result(table: table)
      else {
        Issue.record("recognised")
        continue
      }
      #expect(reason.hasSuffix(text), "\(reason)")
    }
  }

  @Test("a symbol of another table doesn't hide the right one")
  func wrongSymbol() throws {
    let code = try AssembledCode(Self.table(synchronous: Self.exit(0), irq: Self.exit(1)))
    let recognition = TrampolineRecognition(
      trampoline: try code.address(of: "vmexit_trampoline"), word: code.word)
    let table = try code.address(of: "exception_vector_base_vcpu")
    #expect(
      try recognition.result(symbol: { _ in table - 0x800 }, code: [(code.address, code.bytes)])
        == .recognised(table: table, offsets: [0x400, 0x480]))
  }

  @Test("random code: always an answer")
  func fuzz() throws {
    var generator = SystemRandomNumberGenerator()
    let code = try AssembledCode(Self.table(synchronous: Self.exit(0), irq: Self.exit(1)))
    let table = try code.address(of: "exception_vector_base_vcpu")
    let trampoline = try code.address(of: "vmexit_trampoline")
    var recognisedCount = 0
    for _ in 0..<2000 {
      var words = code.words
      for _ in 0..<Int.random(in: 0...4) {
        let index = Int.random(in: words.indices, using: &generator)
        words[index] =
          Bool.random()
          ? UInt32.random(in: 0...UInt32.max, using: &generator)
          : words[index] ^ 1 << UInt32.random(in: 0..<32)
      }
      let recognition = TrampolineRecognition(trampoline: trampoline) { address in
        let index = (address &- code.address) / 4
        return index < words.count ? words[Int(index)] : nil
      }
      if case .recognised = try recognition.result(table: table) { recognisedCount += 1 }
    }
    #expect(recognisedCount > 0 && recognisedCount < 2000)
  }
}
