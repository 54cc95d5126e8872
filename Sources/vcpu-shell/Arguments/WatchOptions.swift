/// How `watch`, `rwatch` and `awatch` watch.
struct WatchOptions: Sendable {
  /// Whether by permission that is taken at stage 2.
  private(set) var isByStage2 = false
  /// Pages that nothing uses, as typed.
  private(set) var spares: [String] = []

  /// Takes the options before an expression: `-l`, which GDB has, `--stage2` and `--spare ADDRESS`.
  init(taking scanner: inout ArgumentScanner) throws {
    while true {
      var rest = scanner
      switch rest.takeWord() {
      case "-l", "-location": break
      case "--stage2": isByStage2 = true
      case "--spare":
        guard let address = rest.takeWord() else {
          throw ShellError("'--spare' needs the address of a page that nothing uses")
        }
        spares.append(address)
      default:
        guard spares.isEmpty || isByStage2 else {
          throw ShellError("'--spare' is only for '--stage2'")
        }
        return
      }
      scanner = rest
    }
  }
}
