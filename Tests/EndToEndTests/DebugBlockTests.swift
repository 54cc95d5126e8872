import ArmVCpu
import Foundation
import Testing

extension EndToEnd {
  /// What the images tell a debugger about themselves: the descriptor, and the current context of each CPU.
  @Suite struct DebugBlock {
    /// HYPERVISOR_CPU_LIMIT.
    private static let cpuLimit: UInt64 = 8

    // MARK: In the file

    /// A symbol of an image: where it is and how many bytes it has.
    private struct Symbol: Equatable {
      let address: UInt64
      let byteCount: UInt64
      var end: UInt64 { address + byteCount }
    }

    private static func symbols(of image: String) throws -> [String: Symbol] {
      let lines = try Programs.run("llvm-nm", "-S", image).split(separator: "\n")
      return lines.reduce(into: [:]) { symbols, line in
        let parts = line.split(separator: " ")
        guard parts.count == 4, let address = UInt64(parts[0], radix: 16),
          let byteCount = UInt64(parts[1], radix: 16)
        else { return }
        symbols[String(parts[3])] = Symbol(address: address, byteCount: byteCount)
      }
    }

    /// The bytes at a symbol, and whether their segment is written. `readelf -l` prints a segment as
    /// `LOAD 0x001000 0x40200000 0x40200000 0x2a000 0x2a000 R E 0x1000`.
    private static func bytes(
      of symbol: Symbol, in image: String
    ) throws -> (bytes: [UInt8], areWritten: Bool)? {
      for line in try Programs.run("llvm-readelf", "-lW", image).split(separator: "\n") {
        let parts = line.split(separator: " ")
        guard parts.first == "LOAD" else { continue }
        let numbers = parts[1...5].compactMap { UInt64($0.dropFirst(2), radix: 16) }
        guard numbers.count == 5, (numbers[1]..<numbers[1] + numbers[3]).contains(symbol.address)
        else { continue }
        let start = Int(numbers[0] + symbol.address - numbers[1])
        let file = try Data(contentsOf: URL(fileURLWithPath: image))
        let bytes = file[start..<start + Int(symbol.byteCount)]
        return (Array(bytes), parts[6..<parts.count - 1].joined().contains("W"))
      }
      return nil
    }

    /// Everything that the descriptor contains, checked against the image's own symbols and code.
    @Test(arguments: Built.Configuration.allCases)
    func theDescriptorIsRight(configuration: Built.Configuration) throws {
      let image = Built.image("vcpu-image", configuration)
      let symbols = try Self.symbols(of: image)
      let symbol = try #require(symbols["\(DebugDescriptor.symbolName)"])
      #expect(symbol.byteCount == UInt64(DebugDescriptor.byteCount))
      #expect(symbol.address % 8 == 0)
      let (bytes, areWritten) = try #require(try Self.bytes(of: symbol, in: image))
      #expect(!areWritten)
      let descriptor = try DebugDescriptor(bytes.span)

      #expect(UInt64(descriptor.contextByteCount) == UInt64(MemoryLayout<VCpuContext>.stride))
      let cpus = try #require(symbols["hypervisor_cpus"])
      #expect(UInt64(descriptor.cpuLocalByteCount) == cpus.byteCount / Self.cpuLimit)
      #expect(descriptor.vectors == symbols["exception_vector_base_vcpu"]?.address)
      #expect(descriptor.trampoline == symbols["vmexit_trampoline"]?.address)
      #expect(descriptor.halt == symbols["avcpu_halt"]?.address)
      let save = try #require(symbols["avcpu_save_exit"])
      #expect(descriptor.saving == save.address..<save.end)
      let entry = try #require(symbols["context_vm_entry"])
      #expect(descriptor.entering.lowerBound == entry.address)
      let returns = try Programs.run(
        "llvm-objdump", "-d", "--no-show-raw-insn", "--disassemble-symbols=context_vm_entry", image
      ).split(separator: "\n").filter { $0.hasSuffix("\teret") }
      let address = try #require(returns.first?.split(separator: ":").first)
      #expect(returns.count == 1)
      #expect(
        UInt64(address.drop { $0 == " " }, radix: 16) == descriptor.entering.upperBound - 4)
      #expect(descriptor.hook == symbols["vmexit_debug_hook"]?.address)
      #expect(descriptor.observer == symbols["avcpu_observer"]?.address)
    }

    /// The shell links the library too: it must not be mistaken for an image.
    @Test func aProgramOnTheHostHasNone() throws {
      let symbols = try Programs.run("llvm-nm", Built.shell)
      #expect(symbols.contains("avcpu_") || symbols.contains("ArmVCpu"))
      #expect(!symbols.contains(" vcpu_debug_descriptor\n"))
    }

    // MARK: In the machine

    /// The command that prints the selected CPU's current context: AVCPU_CPU_CONTEXT is 0.
    private static let current = "x /gx hv:$tpidr_el2"

    /// What `current` printed, each time.
    private func contexts(_ run: ShellRun) -> [UInt64] {
      run.lines.compactMap {
        $0.firstMatch(of: #/<hypervisor_cpus(?:\+\d+)?>:\s+0x([0-9a-f]{16})$/#)
          .flatMap { UInt64($0.1, radix: 16) }
      }
    }

    private func context(of vcpu: UInt64, _ configuration: Built.Configuration = .release) throws
      -> UInt64
    {
      let contexts = try #require(
        try Self.symbols(of: Built.image("vcpu-image", configuration))["hypervisor_vcpus"])
      return contexts.address + vcpu * contexts.byteCount / Self.cpuLimit
    }

    /// From the first entry on, wherever EL2 stops.
    @Test func theContextLasts() throws {
      let run = try ShellRun.launch(
        "tbreak avcpu_run_guest", "continue", Self.current, "stepi 10", Self.current,
        "catch exit hvc",
        "continue", Self.current, "stepi 40", Self.current, "print $hv.sp", "delete",
        "break context_vm_entry", "continue", Self.current)
      expectSuccess(run)
      let context = try context(of: 0)
      #expect(contexts(run) == [0] + Array(repeating: context, count: 4), "\(run.description)")
    }

    /// Each CPU has its own, and has none once its vCPU is switched off.
    @Test func theContextOfEachCPU() throws {
      let folder = try TemporaryFolder()
      let run = try ShellRun.launch(
        guest: GuestProgram.switchedOff.write(to: folder), options: ["--cpus", "2"],
        "catch exit psci if $exit.vcpu == 1", "continue", Self.current, "thread 1", Self.current,
        "thread 2", "break avcpu_firmware_call if $hv.x0 == 0x84000002", "continue", Self.current,
        "thread 1", Self.current)
      expectSuccess(run)
      let (first, second) = (try context(of: 0), try context(of: 1))
      #expect(contexts(run) == [second, first, 0, first], "\(run.description)")
    }

    /// A vCPU that is switched on again begins in the same context: the previous exit is no longer the CPU's.
    @Test func theContextOfAVCpuThatBeginsAgain() throws {
      let folder = try TemporaryFolder()
      let second = try context(of: 1)
      let run = try ShellRun.launch(
        guest: GuestProgram.switchedOff.write(to: folder), options: ["--cpus", "2"],
        "catch exit psci if $exit.vcpu == 1", "continue", Self.current,
        "tbreak avcpu_run_guest if $hv.x0 == \(second)", "continue", Self.current, "continue",
        Self.current, "print $exit.count")
      expectSuccess(run)
      #expect(contexts(run) == [second, 0, second], "\(run.description)")
      #expect(run.lines.contains("1"), "\(run.description)")
    }
  }
}
