import ArmVCpu
import Foundation
import GDBRemote
import Glibc
import Testing

@testable import VCpuDebug

extension EndToEnd {
  /// A launched machine's RAM is mapped by the shell's process too.
  @Suite struct SharedRAM {
    /// A launched tour in the tests' process.
    private final class Machine {
      let process: EmulatorProcess
      let session: HypervisorSession
      init(_ change: (inout LaunchConfiguration) -> Void = { _ in }) throws {
        var configuration = LaunchConfiguration(
          hypervisor: Built.image("vcpu-image"), guest: Built.image("tour"))
        change(&configuration)
        let machine = try LaunchedMachine(configuration)
        let process = try machine.start(signalMask: sigset_t())
        self.process = process
        final class Count { var sent = 0 }
        let count = Count()
        let opening = SessionOpening(
          variables: Variables(), log: { direction, _ in if direction == .sent { count.sent += 1 } }
        ) { false }
        session = try machine.session(with: process, by: opening) {
          let deadline = ContinuousClock.now + .seconds(1)
          while process.exitStatus == nil, ContinuousClock.now < deadline {
            waitForConsole(of: process)
          }
          return process.exitStatus
        }
        sent = { count.sent }
      }

      private let sent: () -> Int
      var packets: Int { sent() }

      deinit { session.disconnect() }

      func catchHypercalls() throws -> Int {
        try session.points.addCatchpoint(.exit([.hvc])).number
      }

      func continueToExit() throws {
        try session.resume()
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
          if let event = try session.poll() {
            guard case .exit = event else { throw HarnessError("instead of an exit came \(event)") }
            return
          }
          var descriptor = pollfd(fd: session.fileDescriptor, events: Int16(POLLIN), revents: 0)
          poll(&descriptor, 1, 100)
          _ = process.takeConsoleOutput()
        }
        throw HarnessError("there was no exit")
      }
    }

    /// The bytes are the stub's, for the first and the last, with any number of CPUs and any size.
    @Test(arguments: [(1, 64, "cortex-a57"), (4, 128, "max")])
    func theBytesAreTheStubs(cpus: Int, memory: Int, model: String) throws {
      let machine = try Machine {
        $0.cpuCount = cpus
        $0.memoryMiB = memory
        $0.cpuModel = model
      }
      let shared = try #require(machine.session.sharedMemory)
      #expect(shared.base.rawValue == 0x4000_0000)
      #expect(shared.byteCount == (memory + 16 + 5 * cpus) << 20)
      _ = try machine.catchHypercalls()
      try machine.continueToExit()
      let target = try #require(machine.session.target as? RemoteTarget)
      let end = 0x4000_0000 + UInt64(shared.byteCount)
      for start: UInt64 in [0x4000_0000, 0x4020_0000, 0x4040_0000, 0x4100_0000, end - 0x10000] {
        let bytes = try target.physicalMemory {
          try target.readMemory(at: start, byteCount: 0x10000)
        }
        #expect(shared.bytes(at: PhysicalAddress(start), byteCount: 0x10000) == bytes)
      }
    }

    /// What the hypervisor writes while it runs is seen without a packet: here the count of exits.
    @Test func aRunningMachinesWritesAreSeen() throws {
      let machine = try Machine()
      let shared = try #require(machine.session.sharedMemory)
      let number = try machine.catchHypercalls()
      try machine.continueToExit()
      let context = try machine.session.requireState().sp
      let count = PhysicalAddress(context + 312)
      let before = try #require(shared.loadUInt64(at: count))
      #expect(before == machine.session.exit?.count.value)
      try machine.session.breakpoints.delete(number)
      try machine.session.resume()
      let packets = machine.packets
      let deadline = ContinuousClock.now + .seconds(20)
      while shared.loadUInt64(at: count) == before, ContinuousClock.now < deadline {
        _ = machine.process.takeConsoleOutput()
        waitForConsole(of: machine.process)
      }
      #expect(try #require(shared.loadUInt64(at: count)) > before)
      #expect(machine.packets == packets)
    }

    /// The file goes with the machine.
    @Test func eachMachineHasItsOwn() throws {
      var machine: Machine? = try Machine()
      weak let old = machine?.session.sharedMemory
      #expect(old != nil)
      machine = nil
      #expect(old == nil)
      machine = try Machine()
      #expect(machine?.session.sharedMemory != nil)
    }

    /// The user's own memory is the emulator's alone.
    @Test func theUsersMemoryIsNotShared() throws {
      let machine = try Machine {
        $0.extraArguments = [
          "-object", "memory-backend-ram,id=mine,size=85M", "-M", "memory-backend=mine",
        ]
      }
      #expect(machine.session.sharedMemory == nil)
      _ = try machine.catchHypercalls()
      try machine.continueToExit()
    }

    /// A wrapper script passes the file on if it starts QEMU in its place; one that closes it makes the shell do
    /// without, and say so once.
    @Test(arguments: [true, false])
    func wrapperScripts(passesOn: Bool) throws {
      let folder = try TemporaryFolder()
      let script = folder.path + "/qemu"
      let closing =
        passesOn
        ? ""
        : """
        n=$(printf '%s\\n' "$@" | sed -n 's|.*mem-path=/proc/self/fd/\\([0-9]*\\).*|\\1|p')
        [ -z "$n" ] || eval "exec $n>&-"

        """
      try "#!/bin/bash\n\(closing)exec qemu-system-aarch64 \"$@\"\n"
        .write(toFile: script, atomically: true, encoding: .utf8)
      #expect(chmod(script, 0o755) == 0)
      let run = try ShellRun.launch(
        options: ["--qemu", script], "catch exit hvc", "continue", "run", "continue",
        "info exit --brief")
      expectSuccess(run)
      expect(run, prints: "hvc #0x0")
      let notes = run.output.components(separatedBy: "cannot share the machine's RAM").count - 1
      #expect(notes == (passesOn ? 0 : 1))
    }
  }
}

/// Waits until a machine prints something, for at most 10 ms.
private func waitForConsole(of process: EmulatorProcess) {
  var descriptor = pollfd(fd: process.consoleDescriptor, events: Int16(POLLIN), revents: 0)
  _ = poll(&descriptor, 1, 10)
}
