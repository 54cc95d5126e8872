internal import VCpuDebug

/// `dump`: writes memory or a value to a file.
enum DumpCommand: ShellCommand {
  static let name = "dump"
  private static let format = DumpWords.format(MemoryFileFormat.allCases)
  static let parameters: [any AnyParameter] =
    [format, DumpWords.content, DumpWords.file, DumpWords.source]
  static let summary = "Write memory, or a value, to a file."
  static let manual = """
    'memory' writes the bytes from START up to END, which is not included, or LENGTH bytes. START says the
    address space, as in 'x'. 'value' writes the bytes of a value, as many as its type has. Without a format the
    file is binary, the bytes alone; 'ihex' (Intel) and 'srec' (Motorola) have addresses too, of 32 bits, and
    'verilog' is for $readmemh. Parts with blanks need brackets or, for the file's name, quotes.

    The file is written whole or not at all: if a part of the range can't be read, or at Ctrl-C, nothing is
    written, and an earlier file stays. 'find' over the range lists where it has no memory. 'append' adds to a
    file, and 'restore' reads it.

      dump memory ram.bin guest:0x40200000 +0x200000
      dump binary memory stack.bin $sp ($sp + 256)
      dump ihex memory page.hex ipa:0x40200000 ipa:0x40201000
      dump value x0.bin $x0
    """

  static let transcript = """
    (vcpu) dump memory ram.bin guest:0x40200000 +64
    dumped 64 bytes of guest:0x40200000 to ram.bin
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try DumpWords.run(arguments, arguments[format] ?? .binary, appends: false, in: shell)
  }
}
