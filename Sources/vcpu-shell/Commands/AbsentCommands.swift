/// Commands of GDB and LLDB that the shell lacks, and what to use instead. Without this, a command with the same prefix
/// would run.
enum AbsentCommands {
  /// What to type instead of a command; nil for a name that isn't one of GDB's or LLDB's.
  static func advice(for name: String) -> String? {
    table.first { $0.names.contains(name) }.map {
      "no command '\($0.names[0])': \($0.advice)"
    }
  }

  /// All their names.
  static var names: [String] { table.flatMap(\.names) }

  private static let table: [(names: [String], advice: String)] = [
    (["output", "outpu"], "'printf' and 'print' show values"),
    (
      ["focus", "winheight"],
      "'layout' chooses the windows of 'tui'; Page Up and Page Down scroll that of the commands"
    ),
    (
      ["show"],
      "'info display', 'info modules', 'show debug-file-directory' and the like show what is set"
    ),
    (["set logging"], "'log FILE' writes what is printed to a file"),
    (["call"], "'print' and 'set' don't run the target's code"),
    (["target", "attach"], "'vcpu-shell attach' connects to a stub"),
  ]
}
