import Foundation
import Glibc
import TestSupport
import Testing

@testable import VCpuDebug

/// The emulator as a process: scripts take its place.
@Suite struct EmulatorProcessTests {
  /// Starts a script, and waits until it says that it is ready.
  private func start(_ script: String) throws -> EmulatorProcess {
    let path = try LaunchFiles.flat(Array("#!/bin/sh\n\(script)\n".utf8)).path
    #expect(chmod(path, 0o755) == 0)
    var configuration = LaunchConfiguration(
      hypervisor: "h", guest: try LaunchFiles.flat([1, 2, 3]).path)
    configuration.emulator = path
    for _ in 0..<10 {
      let process = try EmulatorProcess(configuration, signalMask: sigset_t())
      let deadline = ContinuousClock.now + .seconds(30)
      var words = ""
      while !words.hasSuffix("ready"), !words.contains("busy"), ContinuousClock.now < deadline {
        words += process.takeMessages()
        usleep(1000)
      }
      // A child that another test has just forked may have the script open for writing: execve(2), ETXTBSY.
      if !words.contains("busy") { return process }
    }
    throw LaunchError.system(call: "execve", reason: "the script stays busy")
  }

  /// It has time to clean up, and isn't killed because of its output, however long.
  @Test func itIsAskedToEnd() throws {
    let process = try start(
      """
      trap 'head -c 300000 /dev/zero >&2; head -c 900000 /dev/zero >&4; echo in order >&2; exit 3' TERM
      echo ready >&2
      while :; do sleep 0.01; done
      """)
    process.terminate()
    #expect(process.exitStatus == 3)
    #expect(process.takeMessages().hasSuffix("in order"))
    #expect(process.takeConsoleOutput()?.count == 900_000)
    #expect(process.takeConsoleOutput() == nil)
  }

  /// It may have been stopped from outside.
  @Test func aStoppedOneEndsInOrder() throws {
    let process = try start(
      """
      trap 'exit 4' TERM
      echo ready >&2
      while :; do sleep 0.01; done
      """)
    kill(process.processID, SIGSTOP)
    process.terminate()
    #expect(process.exitStatus == 4)
  }

  @Test func whatDoesNotEndIsKilled() throws {
    let process = try start(
      """
      trap '' TERM
      echo ready >&2
      while :; do sleep 0.01; done
      """)
    let time = ContinuousClock().measure { process.terminate() }
    #expect(process.exitStatus == 128 + SIGKILL)
    // 0.8 seconds, and what a busy machine adds.
    #expect(time < .seconds(3))
  }

  /// The script sees its descriptors at the expected numbers.
  @Test func itHasItsDescriptors() throws {
    let process = try start(
      """
      for n in 0 1 2 3 4 5; do name=$(readlink /proc/$$/fd/$n); echo "$name" >&4; done
      head -c 3 </dev/fd/5 | od -An -tx1 >&4
      echo ready >&2
      """)
    let deadline = ContinuousClock.now + .seconds(10)
    while process.exitStatus == nil, ContinuousClock.now < deadline { usleep(1000) }
    let lines = String(decoding: process.takeConsoleOutput() ?? [], as: UTF8.self)
      .split(separator: "\n").map(String.init)
    try #require(lines.count == 7, "\(lines)")
    #expect(lines.prefix(2) == ["/dev/null", "/dev/null"])
    #expect(
      zip(lines.dropFirst(2), ["pipe:", "socket:", "socket:", "/tmp/"]).allSatisfy {
        $0.hasPrefix($1)
      })
    #expect(lines[6].trimmingCharacters(in: .whitespaces) == "01 02 03")
    close(process.stubDescriptor)
  }
}
