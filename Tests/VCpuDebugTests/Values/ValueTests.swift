import GDBRemote
import Testing

@testable import VCpuDebug

/// Values of C programs, as GDB 13 prints them.
@Suite struct ValueTests {
  static let source = """
    enum color { RED, GREEN = 5, BLUE }; enum flags { A = 1, B = 2, C = 4 };
    struct in { int a; char c; };
    struct big { unsigned long gpr[31]; unsigned long sp; };
    int zero[300]; char zeros[16]; char text[16] = "abc"; char full[4] = "wxyz";
    char row[40] = "aaaaaaaaaaaaaaab"; struct in many[30];
    struct big big = { {0, 1}, 0x10 };
    struct in pair[2] = {{1, 'a'}, {2, '\\n'}};
    int matrix[2][3] = {{1, 2, 3}, {4, 5, 6}};
    char *string = "say \\"hi\\"\\t\\001"; char *null; int *pointer = &matrix[0][1];
    void entry(void); void (*function)(void) = entry;
    enum color color = GREEN, odd = 77; enum flags flags = 3, more = 9, none = 0;
    _Bool yes = 1; double pi = 3.14; float half = 2.5f; char letter = '\\''; signed char minus = -1;
    struct fields { unsigned x : 3; int y : 5; unsigned long z : 40; } fields = { 5, -3, 0x1234567890 };
    union { int i; float f; } both = { 1 };
    struct { int q; struct { int r; } deep; union { int s; char t; }; } anon = { 7, { 8 }, { 9 } };
    struct list { struct list *next; int v; } list = { &list, 3 };
    int *bad = (int *)0x10; struct in *structure = &pair[1]; char *wild = (char *)8;
    int ten[10] = {1,1,1,1,1,1,1,1,1,1};
    int counting[201] = { [200] = 1 };
    void entry(void) { for (;;) { } }
    """

  static let little = Result {
    try ProgramFixture.c(source, name: "values", flags: ["-gdwarf-5", "-fno-common"])
  }
  static let big = Result {
    try ProgramFixture.c(source, name: "values-big", flags: ["-gdwarf-4", "-mbig-endian"])
  }

  @Test(arguments: [
    ("zero", "{0 <repeats 300 times>}"), ("zeros", "'\\000' <repeats 15 times>"),
    ("text", "\"abc\", '\\000' <repeats 12 times>"), ("full", "\"wxyz\""),
    ("row", "'a' <repeats 15 times>, \"b\", '\\000' <repeats 23 times>"),
    ("many", "{{a = 0, c = 0 '\\000'} <repeats 30 times>}"),
    ("big", "{gpr = {0, 1, 0 <repeats 29 times>}, sp = 16}"),
    ("pair", "{{a = 1, c = 97 'a'}, {a = 2, c = 10 '\\n'}}"),
    ("matrix", "{{1, 2, 3}, {4, 5, 6}}"), ("color", "GREEN"), ("odd", "77"),
    ("flags", "(A | B)"), ("more", "(A | unknown: 0x8)"), ("none", "0"), ("yes", "true"),
    ("pi", "3.1400000000000001"), ("half", "2.5"), ("letter", "39 '\\''"), ("minus", "-1 '\\377'"),
    ("fields", "{x = 5, y = -3, z = 78187493520}"), ("both", "{i = 1, f = 1.40129846e-45}"),
    ("anon", "{q = 7, deep = {r = 8}, {s = 9, t = 9 '\\t'}}"), ("null", "0x0"),
    ("ten", "{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}"), ("bad", "(int *) 0x10"),
    ("wild", "0x8 <error: Cannot access memory at address 0x8>"),
    ("counting", "{0 <repeats 200 times>, 1}"),
  ])
  func prints(name: String, text: String) throws {
    #expect(try Self.little.get().open().text(name) == text)
    // The first byte of an integer is its highest one, so the union's characters differ.
    if name != "anon" { #expect(try Self.big.get().open().text(name) == text) }
  }

  @Test(arguments: [
    ("big", "x", "{gpr = {0x0, 0x1, 0x0 <repeats 29 times>}, sp = 0x10}"),
    ("matrix", "t", "{{1, 10, 11}, {100, 101, 110}}"),
    ("fields", "x", "{x = 0x5, y = 0xfffffffd, z = 0x1234567890}"),
    ("pair", "d", "{{a = 1, c = 97}, {a = 2, c = 10}}"), ("color", "d", "5"),
    ("text", "x", "{0x61, 0x62, 0x63, 0x0 <repeats 13 times>}"), ("pi", "x", "0x40091eb851eb851f"),
    ("minus", "x", "0xff"), ("minus", "c", "-1 '\\377'"), ("bad", "d", "16"),
  ])
  func printsInAFormat(name: String, letter: Character, text: String) throws {
    #expect(try Self.little.get().open().text(name, letter: FormatLetter(rawValue: letter)) == text)
  }

  @Test func pretty() throws {
    #expect(
      try Self.little.get().open().text("anon", isPretty: true) == """
        {
          q = 7,
          deep = {
            r = 8
          },
          {
            s = 9,
            t = 9 '\\t'
          }
        }
        """)
    #expect(
      try Self.little.get().open().text("pair", isPretty: true) == """
        {{
            a = 1,
            c = 97 'a'
          }, {
            a = 2,
            c = 10 '\\n'
          }}
        """)
  }

  @Test func pointersHaveTheirSymbolsAndTheirText() throws {
    let fixture = try Self.little.get().open()
    let reader = ValueReader(symbol: { _ in "matrix+4" })
    let pointer = try fixture.global("pointer")
    let address = String(try pointer.integer(), radix: 16)
    #expect(ValueText().text(reader.node(pointer)) == "(int *) 0x\(address) <matrix+4>")
    #expect(try pointer.dereferenced().integer() == 2)
    #expect(try pointer.element(2).integer() == 4)
    #expect(try pointer.element(-1).integer() == 1)
    let string = try fixture.global("string")
    let start = String(try string.integer(), radix: 16)
    #expect(
      ValueText().text(reader.node(string)) == "0x\(start) <matrix+4> \"say \\\"hi\\\"\\t\\001\"")
    let function = try fixture.global("function")
    #expect(ValueText().text(ValueReader().node(function)).hasPrefix("(void (*)(void)) 0x"))
  }

  @Test func membersAndElements() throws {
    let fixture = try Self.little.get().open()
    #expect(try fixture.global("big").member(named: "gpr").element(1).integer() == 1)
    #expect(try fixture.global("anon").member(named: "s").integer() == 9)
    #expect(try fixture.global("matrix").element(1).element(2).integer() == 6)
    #expect(
      try fixture.global("list").member(named: "next").dereferenced().member(named: "v").integer()
        == 3)
    #expect(
      try fixture.global("structure").dereferencedToStructure().member(named: "a").integer() == 2)
    #expect(throws: ValueError.noMember("zz", type: "struct big")) {
      try fixture.global("big").member(named: "zz")
    }
    #expect(throws: ValueError.notPointer(type: "struct big")) {
      try fixture.global("big").dereferenced()
    }
    #expect(throws: ValueError.notScalar(type: "struct big")) {
      try fixture.global("big").integer()
    }
    #expect(throws: (any Error).self) { try fixture.global("bad").dereferenced().integer() }
  }

  @Test func casts() throws {
    let fixture = try Self.little.get().open()
    let types = fixture.types
    let int = try #require(types.type(named: "int"))
    let char = try #require(types.type(named: "unsigned char"))
    #expect(try fixture.global("minus").cast(to: int).integer() == UInt64.max)
    #expect(try fixture.global("minus").cast(to: char).integer() == 255)
    #expect(try fixture.global("pi").cast(to: int).integer() == 3)
    #expect(try fixture.global("color").cast(to: int).integer() == 5)
    let list = try #require(types.type(named: "struct list")).pointer
    let address = try fixture.global("list").addressOf()
    #expect(try address.cast(to: list).dereferenced().member(named: "v").integer() == 3)
    #expect(throws: ValueError.notScalar(type: "struct big")) {
      try fixture.global("big").cast(to: int)
    }
  }

  @Test func whatAWriteChanges() throws {
    for (fixture, order) in [
      (try Self.little.get().open(), RegisterDescription.ByteOrder.little),
      (try Self.big.get().open(), .big),
    ] {
      let sp = try fixture.global("big").member(named: "sp")
      let address = try #require(sp.address)
      let bytes: [UInt8] = [0x34, 0x12, 0, 0, 0, 0, 0, 0]
      #expect(
        try sp.writes(UInt64(0x1234))
          == [.memory(address: address, bytes: order == .little ? bytes : bytes.reversed())])
      // The five bits above three, of a byte that is 0xed; on a big-endian target the low five.
      let y = try fixture.global("fields").member(named: "y")
      #expect(try y.integer() == UInt64(bitPattern: -3))
      let start = try #require(try fixture.global("fields").address)
      #expect(
        try y.writes(UInt64(1)) == [
          .memory(address: start, bytes: [order == .little ? 0x0d : 0xa1])
        ])
      #expect(throws: ValueError.notScalar(type: "struct big")) {
        try fixture.global("big").writes(UInt64(0))
      }
    }
  }

  @Test func aRegisterIsWrittenWhole() throws {
    let fixture = try Self.little.get().open()
    var frame = FakeFrame()
    frame.registers = [0: 0x1111_2222_3333_4444, 1: 5]
    let scope = ValueScope(context: frame)
    let int = try #require(fixture.types.type(named: "int"))
    let value = ProgramValue(type: int, location: .register(0), scope: scope)
    #expect(try value.integer() == 0x3333_4444)
    #expect(try value.writes(UInt64(7)) == [.register(0, value: 0x1111_2222_0000_0007)])
    // A structure in two registers: the second member is in the second.
    let list = try #require(fixture.types.type(named: "struct list"))
    let pieces = Location.pieces([
      .init(location: .register(0), bitOffset: 0, bitCount: 64),
      .init(location: .register(1), bitOffset: 0, bitCount: 64),
    ])
    let whole = ProgramValue(type: list, location: pieces, scope: scope)
    #expect(try whole.member(named: "v").integer() == 5)
    #expect(try whole.member(named: "v").writes(UInt64(6)) == [.register(1, value: 6)])
    let half = Location.pieces([
      .init(location: .optimizedOut, bitOffset: 0, bitCount: 64),
      .init(location: .register(1), bitOffset: 0, bitCount: 64),
    ])
    #expect(
      ValueText().text(ValueReader().node(ProgramValue(type: list, location: half, scope: scope)))
        == "{next = <optimized out>, v = 5}")
    #expect(throws: ValueError.notWritable) {
      try ProgramValue(type: int, integer: 1, scope: scope).writes(UInt64(2))
    }
  }
}
