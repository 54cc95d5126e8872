import Foundation

/// Small ELF files, made once per run of the tests with the toolchain's clang and lld.
struct ELFFixture {
  let path: String

  /// The file can't be made; with clang's message.
  struct BuildFailure: Error, CustomStringConvertible {
    let description: String
  }

  static let source = """
    __attribute__((noinline)) int answer(int x) {
      return x * 42;
    }

    static int hidden(int x) { return x + 1; }

    int (*keep)(int) = hidden;
    unsigned char zeros[4096];

    void _start(void) {
      zeros[0] = (unsigned char)answer(keep(3));
      for (;;) { }
    }
    """

  static let assembly = """
      .section .text.vectors, "ax"
      .global vectors
    vectors:
      nop
      nop
    inner_label:
      nop
      .global sized
      .type sized, %function
      .size sized, 8
    sized:
      nop
    label_in_sized:
      nop
      nop
      .global "$e1a4VCpuV3runAA10ExitReasonOyF"
      .type "$e1a4VCpuV3runAA10ExitReasonOyF", %function
      .size "$e1a4VCpuV3runAA10ExitReasonOyF", 4
    "$e1a4VCpuV3runAA10ExitReasonOyF":
      ret
      .word 0x12345678
    """

  static let script = """
    ENTRY(_start)
    PHDRS { code PT_LOAD; data PT_LOAD; }
    SECTIONS {
      . = 0x40080000;
      .text.vectors : AT(0x80000) { *(.text.vectors) } :code
      .text : { *(.text .text.*) } :code
      . = 0x40090000;
      .data : AT(0x90000) { *(.data .data.* .rodata .rodata.*) } :data
      .bss : { *(.bss .bss.*) } :data
      absolute_end = 0x40100000;
    }
    """

  /// An AArch64 file with symbols and line tables.
  static let arm = Result { try build(name: "fixture", extra: ["--target=aarch64-none-elf"]) }

  /// The same without symbols.
  static let stripped = Result {
    try build(name: "stripped", extra: ["--target=aarch64-none-elf", "-Wl,--strip-all"])
  }

  /// Removed when the tests end.
  private static let folder: URL = {
    atexit { try? FileManager.default.removeItem(at: ELFFixture.folder) }
    return FileManager.default.temporaryDirectory
      .appendingPathComponent("vcpu-shell-tests-\(ProcessInfo.processInfo.processIdentifier)")
  }()

  private static func build(name: String, extra: [String]) throws -> ELFFixture {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func write(_ text: String, _ file: String) throws -> String {
      let url = folder.appendingPathComponent("\(name)-\(file)")
      try Data((text + "\n").utf8).write(to: url)
      return url.path
    }
    let output = folder.appendingPathComponent("\(name).elf").path
    let arguments =
      ["clang"] + extra + [
        "-nostdlib", "-ffreestanding", "-fuse-ld=lld", "-g", "-O1", "-Wl,--build-id=none",
        "-Wl,-T," + (try write(script, "link.ld")), "-o", output,
        try write(source, "source.c"), try write(assembly, "vectors.S"),
      ]
    try run(arguments)
    return ELFFixture(path: output)
  }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BuildFailure(description: String(decoding: text, as: UTF8.self))
    }
  }
}
