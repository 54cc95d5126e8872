internal import VCpuDebug

/// `append`: adds memory or a value to the end of a file.
enum AppendCommand: ShellCommand {
  static let name = "append"
  private static let format = DumpWords.format([.binary])
  static let parameters: [any AnyParameter] =
    [format, DumpWords.content, DumpWords.file, DumpWords.source]
  static let summary = "Add memory, or a value, to the end of a file."
  static let manual = """
    Takes what 'dump' takes, but only binary files have an end to add to. If something can't be read, nothing is
    added. A file that isn't there is created.

      append memory ram.bin guest:0x40400000 +0x1000
      append binary value ram.bin (uint32_t)0
    """

  static let transcript = """
    (vcpu) append memory ram.bin guest:0x40200040 +64
    appended 64 bytes of guest:0x40200040 to ram.bin
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try DumpWords.run(arguments, .binary, appends: true, in: shell)
  }
}
