import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// How QEMU starts and ends: with few descriptors, and cleanly, so that what it writes at its end is there.
  @Suite struct EmulatorEnds {
    private static let ends = ["quit", "kill", "continue"]

    private func record(_ mode: String, _ file: String) -> [String] {
      ["-icount", "shift=auto,rr=\(mode),rrfile=\(file)"].flatMap { ["--qemu-arg", $0] }
    }

    /// A recording is replayed to its end, however the machine ended. QEMU refuses the recording of a killed machine:
    /// the file has no version yet.
    @Test(arguments: ends)
    func aRecordingIsComplete(end: String) throws {
      let folder = try TemporaryFolder()
      let file = folder.path + "/recording"
      let recorded = try ShellRun.launch(
        options: record("record", file), "tbreak boot", "continue", end)
      expectSuccess(recorded)
      let replayed = try ShellRun.launch(options: record("replay", file), "continue")
      expectSuccess(replayed)
      expect(replayed, prints: "the guest has powered off")
      if end == "continue" {
        expect(replayed, prints: "tour: done, 76 ok, 0 failed", "the guest has powered off")
      }
    }

    /// QEMU marks a drive's bitmaps while it has the drive open, and at a clean end removes the mark.
    @Test(
      .enabled(if: Programs.path(of: "qemu-img") != nil, "qemu-img is missing: run scripts/setup"),
      arguments: ends)
    func aDriveIsClosed(end: String) throws {
      let folder = try TemporaryFolder()
      let drive = folder.path + "/drive"
      try Programs.run("qemu-img", "create", "-q", "-f", "qcow2", drive, "16M")
      try Programs.run("qemu-img", "bitmap", "--add", drive, "changes")
      #expect(try !Programs.run("qemu-img", "info", drive).contains("in-use"))
      let options = [
        "-drive", "file=\(drive),if=none,id=drive", "-device", "nvme,drive=drive,serial=1",
      ]
      let run = try ShellRun.launch(
        options: options.flatMap { ["--qemu-arg", $0] }, "tcatch exit hvc", "continue", end)
      expectSuccess(run)
      let state = try Programs.run("qemu-img", "info", drive)
      #expect(
        state.contains("name: changes") && !state.contains("in-use"), Comment(rawValue: state))
      try Programs.run("qemu-img", "check", drive)
    }

    /// QEMU has been stopped by a signal: the shell still ends, and soon.
    @Test func aStoppedEmulatorEnds() throws {
      let shell = try ShellProcess(["launch", "tour"], at: .terminal)
      try shell.expect("(vcpu) ")
      kill(try shell.requireEmulator(), SIGSTOP)
      let time = try ContinuousClock().measure {
        try shell.enter("quit")
        #expect(try shell.end() == 0)
      }
      #expect(time < .seconds(5), "\(time)")
    }

    /// The shell with a limit on descriptors, and only the usual three open.
    private func launch(descriptorLimit: Int) throws -> ShellRun {
      let script = """
        for n in $(seq 3 200); do eval "exec $n>&-"; done; ulimit -n \(descriptorLimit); exec "$@"
        """
      return try ShellRun(
        ["launch", "tour", "-ex", "tcatch exit hvc", "-ex", "continue", "--batch"],
        wrapper: ["bash", "-c", script, "bash"])
    }

    @Test(arguments: [24, 128])
    func fewDescriptorsAreEnough(limit: Int) throws {
      let run = try launch(descriptorLimit: limit)
      expectSuccess(run)
      expect(run, prints: "hvc #0x0: function 0xc6000002")
    }

    @Test func tooFewDescriptorsAreAnError() throws {
      expectOneError(try launch(descriptorLimit: 12), "Too many open files")
    }
  }
}
