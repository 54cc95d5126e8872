import Foundation
import Testing

extension EndToEnd {
  /// Memory that is searched, written to files and read from them again.
  @Suite struct MemoryFiles {
    /// The tour's greeting is in its memory once, wherever it is looked at from.
    @Test func theGuestsTextIsFoundInEachSpace() throws {
      let run = try ShellRun.launch(
        "catch exit hvc", "continue", "find guest:0x40200000, +0x100000, \"an EL1 guest\"",
        "assert $numfound == 1", "set $place = $_",
        "find ipa:0x40200000, +0x100000, \"an EL1 guest\"", "assert $numfound == 1",
        "assert $_ == $place", "find pa:0x41000000, +0x1000000, \"an EL1 guest\"",
        "assert $numfound == 1", "assert $_ == $place + 0x1000000",
        // The guest's 64 MiB, and 4 GiB without memory after them.
        "find guest:0x43000000, +0x100000000, \"an EL1 guest\"", "assert $numfound == 0")
      expectSuccess(run)
      expect(
        run,
        prints:
          "not searched: 0x44000000..0x142ffffff: stage 2 ends at an invalid descriptor of level 2\n",
        "Pattern not found.\n")
    }

    @Test(arguments: ["binary", "ihex", "srec"])
    func whatWasDumpedIsRestored(format: String) throws {
      let folder = try TemporaryFolder()
      let path = folder.path + "/memory"
      let target = format == "binary" ? "binary guest:0x40200000" : "guest:0"
      let run = try ShellRun.launch(
        "catch exit hvc", "continue", "dump \(format) memory \(path) guest:0x40200000 +0x100000",
        "set $before = *(uint64_t *)(guest:0x40208ff8)", "set guest:0x40208ff8 = ~$before",
        "set pa:0x41209000 = 0x1122334455667788",
        "assert *(uint64_t *)(guest:0x40208ff8) != $before", "restore \(path) \(target)",
        "assert *(uint64_t *)(guest:0x40208ff8) == $before",
        "dump memory \(path).again ipa:0x40200000 ipa:0x40300000",
        "dump memory \(path).physical pa:0x41200000 +0x100000",
        "dump memory \(path).plain guest:0x40200000 +0x100000")
      expectSuccess(run)
      expect(
        run, prints: "guest:0x40208ff8 -> ipa:0x40208ff8 -> pa:0x41208ff8\n",
        "restored 1048576 bytes of \(path) to guest:0x40200000 -> ipa:0x40200000 -> pa:0x41200000\n"
      )
      let plain = try Data(contentsOf: URL(fileURLWithPath: path + ".plain"))
      #expect(plain.count == 0x10_0000 && plain.contains { $0 != 0 })
      for name in ["again", "physical"] {
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(path).\(name)")) == plain)
      }
      if format == "binary" { #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == plain) }
    }

    /// The whole machine's memory while a person watches; Ctrl-C leaves nothing of it.
    @Test func aPersonSeesHowFarItIsAndEndsIt() throws {
      let folder = try TemporaryFolder()
      let shell = try ShellProcess(
        ["launch", "tour", "-q", "--memory", "1024", "-ex", "tcatch exit hvc", "-ex", "continue"],
        at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("dump memory \(folder.path)/ram pa:0x40000000 +0x40000000")
      try shell.expect("of 1024 MiB\r")
      try shell.press(.interrupt)
      try shell.expect("interrupted: nothing was written to \(folder.path)/ram")
      try shell.expect("(vcpu) ")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
      try shell.enter("find pa:0x40000000, +0x40000000, \"an EL1 guest\"")
      try shell.expect("searching ")
      try shell.press(.interrupt)
      try shell.expect("not searched: pa:0x")
      try shell.expect("error: interrupted")
      try shell.expect("(vcpu) ")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }
  }
}
