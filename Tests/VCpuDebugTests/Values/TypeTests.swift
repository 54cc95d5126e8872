import Testing

@testable import VCpuDebug

/// Types of C programs, as GDB 13 prints them: the texts here are GDB's of the same program.
@Suite struct TypeTests {
  static let source = """
    typedef unsigned long u64;
    enum color { RED, GREEN = 5, BLUE };
    struct in { int a; char c; };
    union un { struct { int x, y; }; long whole; };
    struct list { struct list *next; struct later *other; };
    struct s {
      u64 gpr[31];
      u64 sp;
      struct in i[2];
      int (*fn)(void *);
      enum color col;
      _Bool b;
      double d;
      unsigned x : 3;
      int y : 5;
      union { int ui; float uf; };
      struct { int q; struct { int r; } deep; } anon;
      int m[2][3];
      const char *const cp;
      volatile short *vp;
      void (*arr[3])(int, ...);
      int (*pa)[4];
      long flex[];
    };
    struct s *sp; union un un; struct list list; u64 number; int (*function)(struct in *, int);
    const volatile int cv; int (*pa)[4]; char **names; long long ll; unsigned char uc; signed char sc;
    void entry(void) { for (;;) { } }
    """

  static let dwarf5 = Result { try ProgramFixture.c(source, name: "types5", flags: ["-gdwarf-5"]) }
  static let dwarf4 = Result {
    try ProgramFixture.c(source, name: "types4", flags: ["-gdwarf-4", "-fdebug-types-section"])
  }
  static let big = Result {
    try ProgramFixture.c(source, name: "types-big", flags: ["-gdwarf-2", "-mbig-endian"])
  }
  enum Version: CaseIterable { case dwarf4, dwarf5 }

  static func fixture(_ version: Version) throws -> ProgramFixture {
    try (version == .dwarf4 ? dwarf4 : dwarf5).get().open()
  }

  @Test(arguments: Version.allCases) func ptype(version: Version) throws {
    let fixture = try Self.fixture(version)
    let type = try #require(fixture.types.type(named: "struct s"))
    #expect(
      TypeText.ptype(type).joined(separator: "\n") == """
        type = struct s {
            u64 gpr[31];
            u64 sp;
            struct in i[2];
            int (*fn)(void *);
            enum color col;
            _Bool b;
            double d;
            unsigned int x : 3;
            int y : 5;
            union {
                int ui;
                float uf;
            };
            struct {
                int q;
                struct {...} deep;
            } anon;
            int m[2][3];
            const char * const cp;
            volatile short *vp;
            void (*arr[3])(int, ...);
            int (*pa)[4];
            long flex[];
        }
        """)
  }

  @Test(arguments: Version.allCases) func offsets(version: Version) throws {
    let fixture = try Self.fixture(version)
    let type = try #require(fixture.types.type(named: "struct s"))
    #expect(
      TypeText.ptype(type, hasOffsets: true).joined(separator: "\n") == """
        /* offset      |    size */  type = struct s {
        /*      0      |     248 */    u64 gpr[31];
        /*    248      |       8 */    u64 sp;
        /*    256      |      16 */    struct in i[2];
        /*    272      |       8 */    int (*fn)(void *);
        /*    280      |       4 */    enum color col;
        /*    284      |       1 */    _Bool b;
        /* XXX  3-byte hole      */
        /*    288      |       8 */    double d;
        /*    296: 0   |       4 */    unsigned int x : 3;
        /*    296: 3   |       4 */    int y : 5;
        /* XXX  3-byte hole      */
        /*    300      |       4 */    union {
        /*                     4 */        int ui;
        /*                     4 */        float uf;

                                           /* total size (bytes):    4 */
                                       };
        /*    304      |       8 */    struct {
        /*    304      |       4 */        int q;
        /*    308      |       4 */        struct {
        /*    308      |       4 */            int r;

                                               /* total size (bytes):    4 */
                                           } deep;

                                           /* total size (bytes):    8 */
                                       } anon;
        /*    312      |      24 */    int m[2][3];
        /*    336      |       8 */    const char * const cp;
        /*    344      |       8 */    volatile short *vp;
        /*    352      |      24 */    void (*arr[3])(int, ...);
        /*    376      |       8 */    int (*pa)[4];
        /*    384      |       0 */    long flex[];

                                       /* total size (bytes):  384 */
                                     }
        """)
  }

  @Test(arguments: [
    ("sp", "struct s *"), ("function", "int (*)(struct in *, int)"), ("number", "u64"),
    ("cv", "const volatile int"), ("pa", "int (*)[4]"), ("names", "char **"), ("ll", "long long"),
    ("uc", "unsigned char"), ("sc", "signed char"), ("un", "union un"),
  ])
  func whatis(name: String, type: String) throws {
    for version in Version.allCases {
      #expect(try Self.fixture(version).global(name).type.name == type)
    }
  }

  /// GCC qualifies an array of constants as well as its elements.
  @Test func qualifiersOfArrays() throws {
    let layout = try Self.fixture(.dwarf5).types.layout
    func type(_ kind: DebugType.Kind) -> DebugType { DebugType(kind, layout: layout) }
    let number = type(.base(BaseType(encoding: .signed, byteCount: 4)))
    let pointer = type(.qualified(.const, type(.pointer(type(.qualified(.const, number))))))
    func array(_ element: DebugType) -> DebugType {
      type(
        .qualified(
          .const,
          type(
            .array(ArrayType(element: element, lowerBound: 0, count: .known(7), isVector: false))))
      )
    }
    #expect(array(pointer).name == "const <unnamed> * const [7]")
    #expect(array(number).name == "const <unnamed> [7]")
  }

  @Test(arguments: [
    ("u64", "type = unsigned long"), ("unsigned long", "type = unsigned long"),
    ("long unsigned int", "type = unsigned long"), ("int unsigned", "type = unsigned int"),
    ("enum color", "type = enum color {RED, GREEN = 5, BLUE}"), ("char", "type = char"),
    ("void", "type = void"),
  ])
  func isFoundByName(name: String, text: String) throws {
    for version in Version.allCases {
      let type = try #require(try Self.fixture(version).types.type(named: name))
      #expect(TypeText.ptype(type) == [text])
    }
  }

  @Test func aNameThatIsNoneIsNil() throws {
    let types = try Self.dwarf5.get().open().types
    for name in [
      "struct missing", "missing", "struct u64", "enum s", "", "struct", "unsigned signed",
    ] {
      #expect(types.type(named: name) == nil, "\(name)")
    }
  }

  /// A structure that refers to itself, and one that is declared alone.
  @Test func aCycleEnds() throws {
    let types = try Self.dwarf5.get().open().types
    let list = try #require(types.type(named: "struct list"))
    #expect(
      TypeText.ptype(list) == [
        "type = struct list {", "    struct list *next;", "    struct later *other;", "}",
      ])
    guard case .aggregate(let aggregate) = list.kind else {
      Issue.record("not a structure")
      return
    }
    let later = try #require(aggregate.members[1].type.stripped.target)
    #expect(TypeText.ptype(later) == ["type = struct later {", "    <incomplete type>", "}"])
    #expect(later.byteCount == nil)
    types.forgetTypes()
    #expect(list.byteCount == 16)
  }

  /// A bit field of DWARF 2 on a big-endian target counts from the other end, in bits of the same byte.
  @Test func bitFieldsOfBothByteOrders() throws {
    let types = try Self.big.get().open().types
    let type = try #require(types.type(named: "struct s"))
    let lines = TypeText.ptype(type, hasOffsets: true)
    #expect(lines.contains("/*    296: 0   |       4 */    unsigned int x : 3;"))
    #expect(lines.contains("/*    296: 3   |       4 */    int y : 5;"))
  }

  @Test func theIndexIsReadAUnitAtATime() throws {
    let elf = try ELFHandle(path: try Self.dwarf5.get().open().path)
    let types = ProgramTypes(try #require(DebugInformation(elf: elf)))
    #expect(!types.index.isRead)
    #expect(types.index.entries(named: "s", in: .tag).isEmpty)
    #expect(types.index.advance())
    #expect(types.index.isRead)
    #expect(!types.index.advance())
    #expect(types.index.entries(named: "s", in: .tag).count == 1)
  }
}
