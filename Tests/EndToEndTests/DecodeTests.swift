import Foundation
import Testing

extension EndToEnd {
  /// `vcpu-shell decode` as a program: streams and exit status.
  @Suite struct Decode {
    @Test func values() throws {
      let run = try ShellRun(["decode", "esr", "0x96000047", "0x5a000000"])
      expectSuccess(run)
      expect(
        run, prints: "ESR_EL2  0x0000000096000047", "data abort, same EL",
        "translation fault, level 3", "\n\nESR_EL2  0x000000005a000000", "HVC instruction, AArch64")
    }

    @Test(arguments: [[], ["-"]])
    func standardInput(values: [String]) throws {
      let run = try ShellRun(
        ["decode", "smccc"] + values, input: "# calls\n0x84000000\n\n0xc4000003\n")
      expectSuccess(run)
      expect(run, prints: "PSCI_VERSION", "CPU_ON")
    }

    @Test(arguments: [
      ([], "FWB 0: outer non-cacheable, inner write-through; FWB 1: write-back"),
      (["--fwb"], "Normal, write-back"), (["--no-fwb"], "write-through"),
    ])
    func theFormOfADescriptor(options: [String], words: String) throws {
      let run = try ShellRun(["decode", "s2page", "0x402007db"] + options)
      expectSuccess(run)
      expect(run, prints: words)
    }

    @Test func whatIsNoValueLosesNoOther() throws {
      let run = try ShellRun(["decode", "hcr", "zork", "0x80000001"])
      #expect(run.status == 1)
      #expect(run.errors.hasPrefix("error: 'zork' is not a number"))
      expect(run, prints: "HCR_EL2  0x0000000080000001", "stage 2 translation on")
    }

    @Test func jsonIsJSON() throws {
      let run = try ShellRun(["decode", "vttbr", "0x1000040800001", "--format", "json"])
      expectSuccess(run)
      let array = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
      #expect(array?.first?["register"] as? String == "VTTBR_EL2")
    }

    @Test(arguments: [
      (["--diagram"], "name it"), (["--no-fwb"], "name it"), (["esr", "1", "--zork"], "--zork"),
      (["esr", "1", "--format", "xml"], "xml"),
      (["esr", "1", "--diagram", "--format", "json"], "--diagram"),
      (["esr", "1", "--no-fwb"], "s2desc"),
      (["sysreg", "1", "--diagram"], "--diagram"),
    ])
    func usage(arguments: [String], words: String) throws {
      let run = try ShellRun(["decode"] + arguments)
      #expect(run.status == 2, "\(run.description)")
      #expect(run.output.isEmpty && run.errors.contains(words), "\(run.description)")
    }

    @Test func whatCannotBeWrittenIsAnError() throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Built.shell)
      process.arguments = ["decode", "hcr", "1"]
      process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
      let errors = Pipe()
      process.standardError = errors
      try process.run()
      let text = try #require(try errors.fileHandleForReading.readToEnd())
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      #expect(
        String(decoding: text, as: UTF8.self)
          == "error: cannot write to standard output: No space left on device\n")
    }

    @Test func theList() throws {
      let run = try ShellRun(["decode", "--list"])
      expectSuccess(run)
      expect(run, prints: "ESR_EL2", "HCR_EL2", "SMCCC", "SYSREG")
    }
  }
}
