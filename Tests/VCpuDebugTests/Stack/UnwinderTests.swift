import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Stacks of a program that runs in a simulator, unwound before each of its instructions.
@Suite struct UnwinderTests {
  static let source = """
    int count;
    __attribute__((noinline)) int leaf(int x) { return x + 3; }
    __attribute__((noinline)) int middle(int x) {
      int kept = x * 2;
      return leaf(x) + leaf(kept) + kept;
    }
    __attribute__((noinline)) int deep(int n, int x) {
      if (n)
        return middle(deep(n - 1, x + n)) + x;
      return middle(x);
    }
    __attribute__((noinline)) int work(int x) { return deep(3, x) + middle(x); }
    void start(void) {
      count = work(5);
      for (;;) { }
    }
    """

  struct Way: CustomTestStringConvertible, Sendable {
    let name: String
    let flags: [String]
    let withRules: Bool
    var testDescription: String { name }
  }

  static let ways = [
    Way(name: "CFI", flags: ["-O1"], withRules: true),
    Way(
      name: "CFI without a frame pointer", flags: ["-O1", "-fomit-frame-pointer"], withRules: true),
    Way(name: "CFI, not optimized", flags: ["-O0"], withRules: true),
    Way(
      name: "eh_frame", flags: ["-O1", "-funwind-tables", "-fasynchronous-unwind-tables", "-g0"],
      withRules: true),
    Way(
      name: "signed return addresses", flags: ["-O1", "-mbranch-protection=pac-ret"],
      withRules: true),
    Way(
      name: "signed, by instructions", flags: ["-O1", "-mbranch-protection=pac-ret"],
      withRules: false),
    Way(name: "instructions", flags: ["-O1"], withRules: false),
    Way(
      name: "instructions without a frame pointer", flags: ["-O1", "-fomit-frame-pointer"],
      withRules: false),
    Way(name: "instructions, not optimized", flags: ["-O0"], withRules: false),
    Way(
      name: "instructions, no unwind tables",
      flags: ["-O1", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-g0"],
      withRules: true),
  ]

  @Test(arguments: ways) func everyInstruction(way: Way) throws {
    let program = try CompiledProgram(
      "stack.c", Self.source, way.flags + ["-fno-stack-protector"])
    let fixture = UnwindFixture(program.file)
    let start = try #require(program.module.address(of: "start"))
    var simulator = A64Simulator(at: start, sp: 0x5000_0000) { fixture.code(at: $0) }
    simulator.store(0, at: 0x4fff_fff8)
    var steps = 0
    var deepest = 0
    while true {
      fixture.pages = simulator.memory
      // The last call is that of `start`, which nobody called.
      let expected = [simulator.pc] + simulator.calls.reversed().map(\.returnAddress)
      let (frames, ending) = fixture.frames(
        simulator.registers, pc: simulator.pc, withRules: way.withRules)
      let functions = frames.filter { $0.kind != .inlined }
      try #require(
        functions.map(\.pc) == expected,
        "0x\(String(simulator.pc, radix: 16)): \(String(describing: ending))")
      #expect(ending == .outermost)
      for (frame, call) in zip(functions, simulator.calls.reversed()) {
        try #require(frame.address == call.sp)
      }
      deepest = max(deepest, functions.count)
      steps += 1
      guard try simulator.step() else { break }
    }
    #expect(deepest >= 7)
    #expect(steps > 100)
  }

  @Test func registersAreRecovered() throws {
    let program = try CompiledProgram("stack.c", Self.source, ["-O1"])
    let fixture = UnwindFixture(program.file)
    let start = try #require(program.module.address(of: "start"))
    let leaf = try #require(program.module.address(of: "leaf"))
    var simulator = A64Simulator(at: start, sp: 0x5000_0000) { fixture.code(at: $0) }
    // What callers have, to compare with: the registers at each call.
    var atCalls: [[UInt64]] = []
    while simulator.pc != leaf || simulator.calls.count < 6 {
      let before = simulator.registers
      let count = simulator.calls.count
      try #require(try simulator.step())
      if simulator.calls.count > count { atCalls.append(before) }
      if simulator.calls.count < count { atCalls.removeLast() }
    }
    fixture.pages = simulator.memory
    let frames = fixture.frames(simulator.registers, pc: simulator.pc).frames
    #expect(frames.count == 7)
    #expect(
      frames.map(\.name) == ["leaf", "middle", "deep", "deep", "deep", "work", "start"])
    for (frame, registers) in zip(frames.dropFirst(), atCalls.reversed()) {
      for number in 19...29 { #expect(frame.registers[number] == registers[number]) }
      #expect(frame.registers[31] == registers[31])
      #expect(frame.registers[0] == nil && frame.registers.place(of: 0) == .lost)
    }
    for frame in frames {
      for (number, address) in frame.saved {
        #expect((19...30).contains(number))
        #expect(address % 8 == 0 && address < 0x5000_0000)
      }
    }
    // x29 of the leaf's caller is still in the register.
    #expect(frames[1].registers.place(of: 29) == .register(29))
    guard case .memory(let place) = frames[2].registers.place(of: 29) else {
      Issue.record("x29 is not in memory")
      return
    }
    #expect(simulator.word(at: place) == frames[2].registers[29])
    #expect(frames[1].source?.line == CompiledProgram.line(of: "leaf(kept)", in: Self.source))
  }
}

/// Stacks that are broken.
@Suite struct BrokenStackTests {
  private let fixture: UnwindFixture
  private let middle: UInt64
  private let call: UInt64

  init() throws {
    let program = try CompiledProgram(
      "stack.c", UnwinderTests.source, ["-O1", "-g0", "-fno-asynchronous-unwind-tables"])
    fixture = UnwindFixture(program.file)
    middle = try #require(program.module.address(of: "middle"))
    var address = middle
    while fixture.code(at: address).map(FrameState.isCall) != true { address += 4 }
    call = address
    fixture.pages[0x6000_0000] = [UInt8](repeating: 0, count: 4096)
  }

  /// Frame records at addresses, as (record, frame pointer, return address).
  private func unwind(_ records: (UInt64, UInt64, UInt64)...) -> ([StackFrame], StackEnding?) {
    for (record, pointer, link) in records {
      for (index, value) in [pointer, link].enumerated() {
        for byte in 0..<8 {
          fixture.pages[0x6000_0000]?[Int(record & 0xfff) + index * 8 + byte] =
            UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))
        }
      }
    }
    var registers = [UInt64?](repeating: 0, count: 32)
    registers[29] = records[0].0
    registers[30] = 0x1234
    registers[31] = records[0].0
    return fixture.frames(registers, pc: call + 4)
  }

  @Test func recordPointsToItself() {
    let (frames, ending) = unwind((0x6000_0100, 0x6000_0100, call + 4))
    #expect(frames.count <= 3)
    #expect(ending == .identical || ending == .inner)
  }

  @Test func recordsGoRound() {
    let (frames, ending) = unwind(
      (0x6000_0100, 0x6000_0200, call + 4), (0x6000_0200, 0x6000_0100, call + 4))
    #expect(frames.count <= 4)
    #expect(ending == .inner)
    #expect(ending?.text == "previous frame inner to this frame (corrupt stack?)")
  }

  @Test func recordIsNotMemory() {
    let (frames, ending) = unwind((0x6000_0100, 0x7000_0000, call + 4))
    #expect(frames.count == 2)
    guard case .unreadable(let address) = ending else {
      Issue.record("\(String(describing: ending))")
      return
    }
    #expect((0x7000_0000..<0x7000_0100).contains(address))
    #expect(ending?.text == "Cannot access memory at address 0x\(String(address, radix: 16))")
  }

  @Test func returnAddressIsNotCode() {
    let (frames, ending) = unwind((0x6000_0100, 0x6000_0200, 0x1234_5678))
    #expect(frames.count == 1)
    #expect(ending == .notCode(0x1234_5678))
  }

  @Test func recordIsMisaligned() {
    let (_, ending) = unwind((0x6000_0100, 0x6000_0203, call + 4))
    #expect(ending == .noInformation)
  }

  @Test(arguments: [UInt64.max, UInt64.max - 7, UInt64.max - 15, 1 << 63])
  func recordIsAtTheEnd(pointer: UInt64) {
    let (frames, ending) = unwind((0x6000_0100, pointer, call + 4))
    #expect(frames.count == 2)
    #expect(ending != nil && ending != .outermost)
  }

  @Test func emptyRecordIsTheLast() {
    let (frames, ending) = unwind((0x6000_0100, 0x6000_0200, call + 4), (0x6000_0200, 0, 0))
    #expect(frames.count == 2)
    #expect(ending == .outermost && ending?.text == nil)
  }

  /// A kernel's stack for interrupts is elsewhere: the records lead back to the other.
  @Test func anotherStackIsFollowed() {
    fixture.pages[0x5000_0000] = [UInt8](repeating: 0, count: 4096)
    let (frames, ending) = unwind(
      (0x6000_0100, 0x6000_0200, call + 4), (0x6000_0200, 0x5000_0100, call + 4))
    #expect(frames.count == 3)
    #expect(ending == .outermost)
  }

  /// Memory at random: it ends, and never with too much read.
  @Test func randomMemory() {
    var random = SplitMix64(seed: 16)
    for _ in 0..<400 {
      for page in [UInt64(0x6000_0000), 0x6000_1000] {
        fixture.pages[page] = (0..<512).flatMap { _ -> [UInt8] in
          let value: UInt64 =
            switch random.next() % 4 {
            case 0: 0x6000_0000 + random.next() % 0x2000
            case 1: (0x6000_0000 + random.next() % 0x2000) & ~7
            case 2: call + 4
            default: random.next()
            }
          return (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }
      }
      var registers = (0..<32).map { _ in Optional(random.next()) }
      registers[29] = (0x6000_0000 + random.next() % 0x2000) & ~7
      registers[31] = (0x6000_0000 + random.next() % 0x2000) & ~7
      var walk = fixture.walk(registers, pc: middle + random.next() % 64 & ~3)
      var count = 0
      while walk.next() != nil { count += 1 }
      #expect(count < 2000 && walk.ending != nil)
    }
  }
}
