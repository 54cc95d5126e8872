import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Sessions with programs, on a stub like gdbserver's: signals that a program is to get, threads, and steps that a
/// breakpoint would stop.
@Suite struct ProgramTests {
  private static let code: UInt64 = 0x4000_1000
  private static let first = ThreadID(process: 1, thread: 1)
  private static let second = ThreadID(process: 1, thread: 0x2b)

  private let target = FakeTarget(.x86Program)
  private let session: HypervisorSession

  init() throws {
    target["rip"] = Self.code
    session = try HypervisorSession(target: target)
    _ = target.takeTrace()
  }

  /// Polls until there is an event or the target waits.
  private func poll(_ events: FakeTarget.Event...) throws -> SessionEvent? {
    target.script = events
    while session.isRunning, !target.script.isEmpty {
      if let event = try session.poll() { return event }
    }
    return nil
  }

  /// The requests to the target since the last call, without register reads.
  private func orders() -> [String] { target.takeTrace().filter { $0 != "g" } }

  // MARK: Signals

  @Test("a program gets the signal that it stopped for, in the thread that was to get it")
  func aSignalIsPassedOn() throws {
    try session.resume()
    #expect(try poll(.stop(signal: 11)) == .signal(11))
    #expect(session.signal(11).description == "SIGSEGV")
    #expect(orders() == ["c"])
    try session.resume()
    #expect(orders() == ["vCont;Cb:p1.1;c"])
    // The program got it.
    #expect(try poll(.stop(signal: 5)) == .signal(5))
    try session.resume()
    #expect(orders() == ["c"])
  }

  @Test("a step begins with the signal, only in its thread")
  func aStepBeginsWithTheSignal() throws {
    try session.resume()
    #expect(try poll(.stop(signal: 11)) == .signal(11))
    _ = orders()
    try session.step()
    #expect(orders() == ["vCont;Sb:p1.1"])
    #expect(try poll(.stop()) == .stepped)
    try session.step()
    #expect(orders() == ["s"])
  }

  @Test("a signal of one thread waits while another one steps")
  func aSignalOfAnotherThread() throws {
    target.cpus = [(Self.first, ""), (Self.second, "")]
    try session.resume()
    #expect(try poll(.stop(signal: 10, thread: Self.second)) == .signal(10))
    try session.threads.select(1)
    _ = orders()
    try session.step()
    #expect(orders() == ["s"])
    #expect(try poll(.stop()) == .stepped)
    try session.resume()
    #expect(orders() == ["vCont;Ca:p1.2b;c"])
  }

  @Test(
    "what a program gets on with by itself is no stop, and the program gets it",
    arguments: [14, 20, 28])
  func aQuietSignal(signal: UInt8) throws {
    try session.resume()
    #expect(try poll(.stop(signal: signal), .stop(signal: 11)) == .signal(11))
    #expect(orders() == ["c", "vCont;C\(String(signal, radix: 16)):p1.1;c"])
  }

  @Test("a quiet signal in the middle of a step does not end the step, and is not forgotten")
  func aQuietSignalInAStep() throws {
    try session.step()
    #expect(try poll(.stop(signal: 20), .stop()) == .stepped)
    #expect(orders() == ["s", "s"])
    try session.resume()
    #expect(orders() == ["vCont;C14:p1.1;c"])
  }

  @Test("the debugger's own signals are not the program's", arguments: [2, 5])
  func theDebuggersOwn(signal: UInt8) throws {
    try session.resume()
    _ = try poll(.stop(signal: signal))
    _ = orders()
    try session.resume()
    #expect(orders() == ["c"])
  }

  @Test(
    "an interrupt is one, whatever the program stopped for; the signal comes with the next resume")
  func anInterrupt() throws {
    try session.resume()
    try session.interrupt()
    #expect(try poll(.stop(signal: 20)) == .interrupted)
    _ = orders()
    try session.resume()
    #expect(orders() == ["vCont;C14:p1.1;c"])
  }

  @Test("the user may give a program another signal, or none")
  func aChosenSignal() throws {
    for (chosen, order) in [(UInt8(15), "vCont;Cf:p1.1;c"), (0, "c")] {
      try session.resume()
      #expect(try poll(.stop(signal: 11)) == .signal(11))
      _ = orders()
      try session.resume(withSignal: chosen)
      #expect(orders() == [order])
      #expect(try poll(.stop(signal: 6)) == .signal(6))
      try session.resume(withSignal: 0)
      _ = try poll(.stop())
    }
  }

  @Test("the end of a thread is a stop without a signal")
  func theEndOfAThread() throws {
    try session.resume()
    #expect(try poll(.threadEnded) == .signal(0))
    #expect(!session.isRunning)
    #expect(session.state?.pc == Self.code)
  }

  // MARK: Breakpoints

  @Test(
    "a breakpoint is removed for the step that leaves it, and inserted again before the program runs on"
  )
  func leavingABreakpoint() throws {
    let breakpoint = try session.points.add("*0x40001000")
    try session.resume()
    #expect(orders() == ["Z0 0x40001000", "z0 0x40001000", "s"])
    let event = try poll(.stop { $0["rip"] = Self.code + 2 }, .stop { $0["rip"] = Self.code })
    guard case .breakpoint(let hits) = event else {
      Issue.record("\(String(describing: event)) is no breakpoint")
      return
    }
    #expect(hits.map(\.number) == [breakpoint.number])
    #expect(orders() == ["Z0 0x40001000", "c"])
  }

  private func byteCount(at location: String, _ session: HypervisorSession) throws -> Int {
    try session.points.location(of: location).instructions[0].byteCount
  }

  @Test("an instruction of x86 begins anywhere, and a breakpoint is a byte long")
  func aBreakpointOfX86() throws {
    #expect(try byteCount(at: "*0x40001001", session) == 1)
  }

  @Test("a breakpoint of RISC-V is as long as the instruction that is there")
  func aBreakpointOfRISCV() throws {
    let target = FakeTarget(.riscvProgram)
    target["pc"] = Self.code
    // C.NOP, then NOP; elsewhere there is no memory.
    let isWritten = target.memory.write(
      [0x01, 0x00, 0x13, 0x00, 0x00, 0x00], at: Self.code, .physical)
    #expect(isWritten)
    let session = try HypervisorSession(target: target)
    #expect(try byteCount(at: "*0x40001000", session) == 2)
    #expect(try byteCount(at: "*0x40001002", session) == 4)
    #expect(try byteCount(at: "*0x10", session) == 4)
  }

  // MARK: Registers

  @Test(
    "the general registers of other architectures are those that the description has in no group")
  func generalRegisters() throws {
    target["rax"] = 7
    target["eflags"] = 0x202
    try session.refresh()
    let registers = try session.registers.general(of: nil)
    #expect(registers.map(\.name) == ["rax", "rbx", "rsp", "rip", "eflags"])
    #expect(registers.map(\.value) == [7, 0, 0, Self.code, 0x202])
    let error = #expect(throws: DebugError.self) { try session.registers.general(of: .guest) }
    #expect(
      error?.description
        == "this target is x86-64 without a hypervisor: there are no separate registers of a guest and its hypervisor"
    )
  }

  @Test("a negative number fits a register of 32 bits, a large one does not")
  func numbersOf32Bits() throws {
    try session.assign("$eflags = -2")
    #expect(target["eflags"] == 0xffff_fffe)
    let error = #expect(throws: DebugError.self) { try session.assign("$eflags = 1 << 32") }
    #expect(error?.description == "cannot set $eflags: 0x100000000 does not fit 32 bits")
    #expect(target["eflags"] == 0xffff_fffe)
  }

  @Test("a register that is wider than a number is not read as one")
  func aWideRegister() throws {
    let error = #expect(throws: DebugError.self) { try session.access.readRegister("st0") }
    #expect(error?.description == "cannot read $st0: it is wider than 64 bits")
    #expect(throws: RemoteError.self) { try session.access.readRegister("ymm0") }
  }

  // MARK: Symbols

  @Test("symbols of a program are plain addresses, of either file")
  func symbols() throws {
    let guest = try SymbolFile(path: FixtureImages.guest.get())
    for (symbols, guestSymbols) in [(guest, nil), (nil, guest)] as [(SymbolFile?, SymbolFile?)] {
      let session = try HypervisorSession(
        target: FakeTarget(.aarch64Program), symbols: symbols, guestSymbols: guestSymbols)
      let value = try session.value(of: "store32")
      #expect(value.bits == FixtureImages.guestAddress("store32"))
      #expect(value.addressSpace == .plain)
      #expect(session.modules.of(.plain)?.modules.map(\.name) == [guest.path])
    }
    // Without exits, their words don't exist.
    #expect(session.expressions.word("debug") == nil)
  }

  // MARK: Threads

  @Test("threads are counted in the order in which they are seen, and keep their numbers")
  func threads() throws {
    let third = ThreadID(process: 1, thread: 7)
    target.cpus = [(Self.first, "main"), (Self.second, "")]
    #expect(try session.threads.all().map(\.number) == [1, 2])
    #expect(try session.threads.all().map(\.description) == ["main", ""])
    target.cpus = [(third, ""), (Self.first, "main")]
    #expect(try session.threads.all().map(\.number) == [3, 1])
    #expect(session.threads.selectedNumber == 1)
    let error = #expect(throws: DebugError.self) { try session.threads.select(2) }
    #expect(error == .noSuchThread("2"))
  }

  @Test("a program continues with the thread that stopped, whichever was selected since")
  func theStoppedThreadGoesOn() throws {
    target.cpus = [(Self.first, ""), (Self.second, "")]
    try session.resume()
    #expect(try poll(.stop(thread: Self.second)) == .signal(5))
    try session.threads.select(1)
    #expect(session.threads.selectedNumber == 1)
    _ = orders()
    try session.resume()
    #expect(orders() == ["Hg p1.2b", "c"])
  }
}
