/// How fast the remote protocol is. `scripts/bench` runs it and makes a table of the lines: name,
/// number, unit, bar.
@main
struct RSPBenchmark {
  static func main() {
    let all = ["codec": CodecBenchmark.run]
    let wanted = CommandLine.arguments.dropFirst()
    for name in wanted.isEmpty ? all.keys.sorted() : Array(wanted) {
      guard let run = all[name] else { fatalError("there is no benchmark '\(name)'") }
      run()
    }
  }
}
