import GDBRemote
import Testing

@testable import VCpuDebug

/// Which variables a program has at an address, and where.
@Suite struct ProgramVariableTests {
  static let source = """
    static int counter = 5; int shared = 1;
    int work(int a, char *b) {
      int x = a + 1;
      { int x = 2; char y = 'q'; static int kept = 9; shared += x + y + kept; }
      shared += *b;
      return x;
    }
    static inline __attribute__((always_inline)) int add(int p, int q) {
      int sum = p + q; shared = sum; return sum;
    }
    int outer(int n) { int m = add(n, 3); shared += counter; return m * 2; }
    int vla(int n) { int row[n]; row[0] = shared; return row[n - 1]; }
    void entry(void) { work(1, 0); outer(2); vla(3); for (;;) { } }
    """

  /// What an optimizer leaves places in: calls, and a variable that it can't combine writes to.
  static let called = """
    volatile int shared = 1;
    __attribute__((noinline)) int leaf(int v) { shared = v; return shared; }
    static inline __attribute__((always_inline)) int add(int p, int q) {
      int sum = p + q; shared = sum; sum += leaf(sum); return sum;
    }
    __attribute__((noinline)) int outer(int n, char *b) { int m = add(n, 3); leaf(m); return m * 2; }
    void entry(void) { outer(shared, 0); for (;;) { } }
    """

  static let plain = Result {
    try ProgramFixture.c(source, name: "variables", flags: ["-O0", "-gdwarf-5"])
  }
  static let optimized4 = Result {
    try ProgramFixture.c(called, name: "variables-O2-4", flags: ["-O2", "-gdwarf-4"])
  }
  static let optimized5 = Result {
    try ProgramFixture.c(called, name: "variables-O2-5", flags: ["-O2", "-gdwarf-5"])
  }
  enum Version: CaseIterable { case dwarf4, dwarf5 }

  static func optimized(_ version: Version) throws -> ProgramFixture {
    try (version == .dwarf4 ? optimized4 : optimized5).get().open()
  }

  /// The addresses of a function's instructions.
  static func addresses(_ name: String, _ fixture: ProgramFixture) throws -> [UInt64] {
    let symbol = try #require(fixture.elf.symbols(slide: 0).first { $0.name == name })
    return Array(stride(from: symbol.address, to: symbol.address + symbol.byteCount, by: 4))
  }

  static func names(_ variables: [Variable]) -> [String] { variables.map { $0.name ?? "?" } }

  @Test func theInnermostIsFirst() throws {
    let fixture = try Self.plain.get().open()
    let addresses = try Self.addresses("work", fixture)
    // clang declares the static variable of the block in the function.
    let outside = fixture.types.variables(at: addresses[0]).filter { $0.name != "kept" }
    #expect(Self.names(outside) == ["a", "b", "x"])
    #expect(outside.map(\.isParameter) == [true, true, false])
    #expect(outside.map(\.declarationLine) == [2, 2, 3])
    #expect(outside.map(\.type.name) == ["int", "char *", "int"])
    let inner = try #require(
      addresses.first { Self.names(fixture.types.variables(at: $0)).contains("y") })
    #expect(
      Self.names(fixture.types.variables(at: inner)).sorted() == ["a", "b", "kept", "x", "x", "y"])
    #expect(fixture.types.variable(named: "x", at: inner)?.declarationLine == 4)
    #expect(fixture.types.variable(named: "x", at: addresses[0])?.declarationLine == 3)
    #expect(fixture.types.variable(named: "y", at: addresses[0]) == nil)
    #expect(fixture.types.variables(at: 0x10).isEmpty)
  }

  @Test func staticsAndGlobals() throws {
    let fixture = try Self.plain.get().open()
    #expect(try fixture.text("counter") == "5")
    #expect(try fixture.text("shared") == "1")
    let address = try Self.addresses("outer", fixture)[0]
    #expect(fixture.types.variable(named: "counter", at: address) != nil)
    #expect(fixture.types.variable(named: "missing", at: address) == nil)
    let moved = ValueScope(context: FileMemory(elf: fixture.elf, slide: 0x1000))
    let place = try #require(
      fixture.types.variable(named: "shared", at: nil)?.value(in: moved).address)
    #expect(try place == #require(fixture.global("shared").address) + 0x1000)
  }

  @Test func valuesInAFrame() throws {
    let fixture = try Self.plain.get().open()
    // After the prologue; nothing is read here, so any address will do.
    let address = try #require(try Self.addresses("work", fixture).last)
    var frame = FakeFrame()
    frame.registers = [29: 0x1000, 31: 0x1000]
    let scope = ValueScope(
      context: frame, programCounter: address, frameBase: fixture.types.frameBase(at: address))
    let variable = try #require(fixture.types.variable(named: "a", at: address))
    guard case .memory(let place) = try variable.location(in: scope) else {
      Issue.record("not in memory")
      return
    }
    frame.bytes = [place: 0xfe, place + 1: 0xff, place + 2: 0xff, place + 3: 0xff]
    let full = ValueScope(
      context: frame, programCounter: address, frameBase: fixture.types.frameBase(at: address))
    #expect(try variable.value(in: full).integer() == UInt64(bitPattern: -2))
    #expect(throws: LocationError.noFrame) {
      try variable.location(in: ValueScope(context: frame, programCounter: address))
    }
  }

  @Test func anArraysSizeComesFromTheFrame() throws {
    let fixture = try Self.plain.get().open()
    let address = try #require(
      try Self.addresses("vla", fixture).last { address in
        fixture.types.variable(named: "row", at: address) != nil
      })
    var frame = FakeFrame()
    frame.registers = [29: 0x1000, 31: 0x1000]
    for place in UInt64(0xe00)..<0x1200 { frame.bytes[place] = 0 }
    let base = fixture.types.frameBase(at: address)
    func scope() -> ValueScope {
      ValueScope(context: frame, programCounter: address, frameBase: base)
    }
    let size = try #require(
      fixture.types.variables(at: address).first { $0.isArtificial && $0.name != nil })
    guard case .memory(let place) = try size.location(in: scope()) else {
      Issue.record("not in memory")
      return
    }
    frame.bytes[place] = 4
    let row = try #require(fixture.types.variable(named: "row", at: address))
    #expect(try row.value(in: scope()).elementCount() == 4)
    #expect(try row.value(in: scope()).byteCount() == 16)
  }

  @Test(arguments: Version.allCases) func aPlaceHoldsForSomeInstructions(version: Version) throws {
    let fixture = try Self.optimized(version)
    let addresses = try Self.addresses("outer", fixture)
    func location(_ address: UInt64) throws -> Location {
      let outer = fixture.types.scopes(at: address).first?.offset
      let variable = try #require(fixture.types.variable(named: "n", at: address, of: outer))
      return try variable.location(
        in: ValueScope(
          context: FakeFrame(), programCounter: address,
          frameBase: fixture.types.frameBase(at: address)))
    }
    #expect(try location(addresses[0]) == .register(0))
    #expect(addresses.contains { (try? location($0)) != .register(0) })
  }

  @Test(arguments: Version.allCases) func anInlinedFunctionHasItsOwn(version: Version) throws {
    let fixture = try Self.optimized(version)
    let addresses = try Self.addresses("outer", fixture)
    let inlined = try #require(addresses.first { fixture.types.scopes(at: $0).count == 2 })
    let scopes = fixture.types.scopes(at: inlined)
    #expect(scopes.map(\.name) == ["outer", "add"])
    #expect(Self.names(fixture.types.variables(at: inlined)) == ["p", "q", "sum"])
    #expect(fixture.types.variables(at: inlined).map(\.type.name) == ["int", "int", "int"])
    #expect(
      Self.names(fixture.types.variables(at: inlined, of: scopes[0].offset)) == ["n", "b", "m"])
    let q = try #require(fixture.types.variable(named: "q", at: inlined))
    #expect(
      try q.value(in: ValueScope(context: FakeFrame(), programCounter: inlined)).integer() == 3)
  }
}
