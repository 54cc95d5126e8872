import Foundation
import Testing

extension EndToEnd {
  /// Commands typed at the prompt become a script that does the same.
  @Suite struct RecordCommands {
    @Test func whatWasTypedRuns() throws {
      let folder = try TemporaryFolder()
      let path = folder.path + "/typed.vcpu"
      let shell = try ShellProcess(["launch", "-q"], at: .terminal)
      func type(_ line: String, _ prompt: String = "(vcpu) ") throws {
        try shell.enter(line)
        try shell.expect(prompt)
      }
      try shell.expect("(vcpu) ")
      try type("echo before")
      try type("record commands \(path)")
      try type("catch exit hvc")
      try type("commands", "> ")
      try type("  silent", "> ")
      try type("  echo caught", "> ")
      try type("end")
      try type("info zork")
      try type("if 1", "> ")
      try type("  print $nosuch", "> ")
      try type("end")
      try type("stepi")
      // An empty line is recorded as the command that it repeats.
      try type("")
      try type("# a comment")
      try type("continue")
      try type("record commands off")
      try type("echo after")
      try shell.enter("quit")
      #expect(try shell.end() == 0)

      let script = """
        catch exit hvc
        commands
          silent
          echo caught
        end
        # failed: info zork
        # failed: if 1
        # failed:   print $nosuch
        # failed: end
        stepi
        stepi
        # a comment
        continue

        """
      #expect(try String(contentsOfFile: path, encoding: .utf8) == script)
      let run = try ShellRun(["launch", "-q", "--batch", "-x", path])
      expectSuccess(run)
      #expect(run.lines(beginning: "  EL2 0x").count == 2)
      #expect(run.output.hasSuffix("\ncaught\n"))
    }
  }
}
