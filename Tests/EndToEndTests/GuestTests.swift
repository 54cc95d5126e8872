import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// Guests other than Linux: where they are, what their device tree describes and which devices they have.
  @Suite struct Guests {
    private let folder = try? TemporaryFolder()

    private func guest(_ program: GuestProgram) throws -> String {
      try program.write(to: #require(folder))
    }

    private static let passthrough = ["--interrupts", "passthrough"]

    // MARK: Device trees

    @Test(arguments: [[], passthrough])
    func aGuestHasADeviceTree(options: [String]) throws {
      let run = try ShellRun.launch(guest: guest(.tree), options: options, "continue")
      expectSuccess(run)
      expect(run, prints: "vCPU\nguest| y\n", "the guest has powered off")
    }

    /// A tree given by the user, edited by the shell.
    @Test func aGuestHasTheDeviceTreeOfAPerson() throws {
      let folder = try #require(folder)
      // QEMU writes its machine's tree, and ends.
      let tree = folder.path + "/tree.dtb"
      let written = try ShellRun(
        ["launch", "tour", "--qemu-arg=-M", "--qemu-arg=dumpdtb=\(tree)", "--batch"])
      expectOneError(written, "the emulator ended with status 0", status: 4)
      let run = try ShellRun.launch(
        guest: guest(.tree), options: ["--dtb", tree, "--append", "some words"],
        "x/1xw pa:0x41000000", "continue")
      expectSuccess(run)
      expect(run, prints: "0xedfe0dd0", "vCPU\nguest| y\n")
    }

    /// The tree is written before the first instruction, also in a machine that replays a recording.
    @Test func aRecordingIsReplayedWithItsTree() throws {
      let file = try #require(folder).path + "/recording"
      for mode in ["record", "replay"] {
        let options = ["-icount", "shift=auto,rr=\(mode),rrfile=\(file)"]
        let run = try ShellRun.launch(
          guest: guest(.tree), options: options.flatMap { ["--qemu-arg", $0] }, "continue")
        expectSuccess(run)
        expect(run, prints: "vCPU\nguest| y\n", "the guest has powered off")
      }
    }

    /// The emulator isn't run separately, which would touch its files twice.
    @Test func theEmulatorIsStartedOnce() throws {
      let folder = try #require(folder)
      let starts = folder.path + "/starts"
      let script = try folder.file(
        "qemu", "#!/bin/sh\necho start >>'\(starts)'\nexec qemu-system-aarch64 \"$@\"\n")
      #expect(chmod(script, 0o755) == 0)
      var kernel = Data(count: 4096)
      kernel[18] = 1  // 64 KiB of memory
      kernel.replaceSubrange(56..<60, with: Data("ARM\u{64}".utf8))
      for guest in [try guest(.tree), try folder.file("Image", kernel)] {
        try? FileManager.default.removeItem(atPath: starts)
        expectSuccess(
          try ShellRun.launch(guest: guest, options: ["--qemu", script], "info registers pc"))
        #expect(try String(contentsOfFile: starts, encoding: .utf8) == "start\n")
      }
    }

    // MARK: The machine's devices

    /// A device writes to physical addresses that the guest gives it; they are the guest's own memory.
    @Test func aDeviceWritesTheGuestsMemory() throws {
      let run = try ShellRun.launch(
        guest: guest(.dma), options: Self.passthrough, "tcatch exit hvc", "continue",
        "print/x $x1", "print/x $pc")
      expectSuccess(run)
      // "QEMU", the first item of fw_cfg.
      expect(run, prints: "x1 0x554d4551", "0x554d4551", "0x412000")
    }

    @Test func aGuestWaitsForTheMachinesInterrupts() throws {
      let run = try ShellRun.launch(
        guest: guest(.wait), options: Self.passthrough, "tcatch exit wfi", "continue", "kill")
      expectSuccess(run)
      expect(run, prints: "wfi: waits for an interrupt", "guest pc 0x41200000")
    }

    @Test func aGuestForOtherAddressesIsToldWhereMemoryIs() throws {
      expectOneError(
        try ShellRun.launch(options: Self.passthrough),
        "at 0x40200000, outside of the guest's memory 0x41000000–0x45000000: link it there")
      let folder = try #require(folder)
      let elf = try GuestProgram.wait.writeELF(to: folder, at: 0x4100_1000)
      let run = try ShellRun.launch(
        guest: elf, options: Self.passthrough, "tcatch exit wfi", "continue")
      expectSuccess(run)
      expect(run, prints: "guest pc 0x41001000")
    }

    // MARK: AArch32

    /// QEMU's stub shows stale state: the shell says so, but not where the state is correct.
    @Test func aGuestInAArch32IsNotWhereItsStubSays() throws {
      let shell = try ShellProcess(["launch", guest(.aarch32)], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("\na\r")
      try shell.press(.interrupt)
      try shell.expect("interrupted\r\n  EL1 0x402000")
      try shell.expect("\n  stale: the CPU has gone on in AArch32")
      try shell.expect("(vcpu) ")
      try shell.enter("info registers")
      try shell.expect("guest:\r\nstale: the CPU has gone on in AArch32")
      try shell.expect("(vcpu) ")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }

    /// An exit from AArch32 is complete. After EL2 has entered the guest again, EL2's state is the stale one.
    @Test func anExitFromAArch32IsShown() throws {
      let shell = try ShellProcess(["launch", guest(.aarch32Load)], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("tcatch exit mmio-read")
      try shell.enter("continue")
      try shell.expect("mmio-read of 4 bytes from IPA 0xb000000 into w1")
      try shell.expect("guest pc 0x4020002c:  ldr r1, [r0]")
      try shell.expect("(vcpu) ")
      try shell.enter("info registers pc")
      let registers = try shell.expect("(vcpu) ")
      #expect(!registers.contains("stale"))
      try shell.enter("continue")
      #expect(eventually { shell.hasGivenTerminalAway })
      usleep(100_000)
      try shell.press(.interrupt)
      try shell.expect("interrupted\r\n  EL2 0x")
      try shell.expect("\n  stale: the CPU has gone on in AArch32")
      try shell.expect("(vcpu) ")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }

    @Test func aGuestAtItsExceptionReturnIsThere() throws {
      let run = try ShellRun.launch(
        guest: guest(.aarch32), "break *guest:0x40200024", "continue", "info registers")
      expectSuccess(run)
      expect(run, prints: "0x40200024:  eret\n", "guest:\nx0 ")
      #expect(!run.output.contains("stale"), Comment(rawValue: run.description))
    }

    // MARK: Symbols

    /// A flat binary has no symbols of its own.
    @Test func theSymbolsOfAGuestAreInAnotherFile() throws {
      let image = Built.image("tour")
      let flat = try #require(folder).path + "/tour.bin"
      try Programs.run("llvm-objcopy", "-O", "binary", image, flat)
      let options = ["--guest-symbols", image]
      let run = try ShellRun.launch(guest: flat, options: options, "tcatch exit hvc", "continue")
      expectSuccess(run)
      expect(run, prints: "<hypercall_sum+36>")
      expectOneError(
        try ShellRun.launch(guest: flat, options: ["--guest-symbols", "/nonexistent"]),
        "/nonexistent")
      expectOneError(try ShellRun.launch(guest: "lunix"), "lunix", "no such file", "'linux'")
    }
  }

  /// Third-party firmware as the guest, with the machine's interrupts and devices.
  @Suite(
    .enabled(if: Built.hasFirmware, "there is no .firmware: scripts/setup --firmware fetches it"))
  struct Firmware {
    private static let patience = Duration.seconds(120)

    /// U-Boot, which looks for its device tree at the start of RAM, at a terminal.
    @Test(arguments: ["u-boot.bin", "u-boot.elf"])
    func uBootReachesItsPrompt(file: String) throws {
      let shell = try ShellProcess(
        [
          "launch", Built.file(".firmware/\(file)"), "--interrupts", "passthrough", "--append",
          "some words",
        ], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("U-Boot 20", within: Self.patience)
      try shell.expect("Hit any key to stop autoboot", within: Self.patience)
      try shell.enter("")
      try shell.expect("=> ", within: Self.patience)
      // The tree is the guest's.
      try shell.enter("fdt addr 0x40000000; fdt print /psci method; fdt print /chosen bootargs")
      try shell.expect("method = \"hvc\"", within: Self.patience)
      try shell.expect("bootargs = \"some words\"", within: Self.patience)
      try shell.enter("poweroff")
      try shell.expect("the guest has powered off", within: Self.patience)
      try shell.expect("(vcpu) ")
      try shell.leave()
      #expect(try shell.end() == 0)
    }

    /// UEFI firmware starts in flash, and gets as far as it does without a hypervisor.
    @Test(
      .enabled(
        if: ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1",
        "it is slow: scripts/test --soak runs it"))
    func uefiReachesItsShell() throws {
      let shell = try ShellProcess(
        ["launch", Built.file(".firmware/QEMU_EFI.fd")], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      for text in [
        "guest of 512 MiB", "UEFI firmware", "starting Boot0001 \"EFI Internal Shell\"",
        "UEFI Interactive Shell v2.2", "Shell> ",
      ] { try shell.expect(text, within: Self.patience) }
      try shell.press(.interrupt)
      try shell.expect("interrupted", within: .seconds(10))
      try shell.expect("(vcpu) ")
      try shell.leave()
      #expect(try shell.end() == 0)
    }
  }
}
