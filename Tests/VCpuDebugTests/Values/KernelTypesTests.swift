import Testing

@testable import VCpuDebug

/// A kernel's layouts by its file's debug information.
@Suite struct KernelTypesTests {
  private static let source = """
    typedef struct { long counter; } atomic_long_t;
    struct ring { unsigned bits; const volatile atomic_long_t head; };
    struct task {
      void *stack;
      union { struct { int pid, tgid; }; long both; };
      char comm[16];
      unsigned flags : 5, level : 3;
      struct ring ring;
    };
    struct task task;
    """
  private static let program = Result { try ProgramFixture.c(source, name: "kernel-types") }

  @Test func membersHaveTheirPlaces() throws {
    let types = try Self.program.get().open().types
    func member(_ path: String, _ bitOffset: Int, _ bitCount: Int) {
      #expect(
        types.member(path, of: "task") == KernelMember(bitOffset: bitOffset, bitCount: bitCount),
        "\(path)")
    }
    member("stack", 0, 64)
    member("tgid", 96, 32)
    member("comm", 128, 128)
    member("level", 261, 3)
    member("ring.head.counter", 384, 64)
    #expect(types.byteCount(of: "task") == 56)
    for path in ["", "nothing", "stack.x", "comm.x"] {
      #expect(types.member(path, of: "task") == nil)
    }
    #expect(types.member("stack", of: "nothing") == nil)
    #expect(types.byteCount(of: "nothing") == nil)
  }
}
