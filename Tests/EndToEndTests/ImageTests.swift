import Foundation
import Testing

extension EndToEnd {
  /// Instructions and functions that must not be in the images, whatever the compiler generates.
  @Suite struct Images {
    /// An operand that is an FP, SIMD or SVE register: `v0.16b`, `q1`, `d31`, `z3`, `p7`.
    private static var vectorRegister: Regex<Substring> {
      #/\b[bhsdqvzp](?:[12]?\d|3[01])\b/#.wordBoundaryKind(.simple)
    }

    private func output(of tool: String, _ arguments: [String]) throws -> [String] {
      let path = try #require(
        Programs.path(of: tool), "\(tool) is missing: it comes with the Swift toolchain")
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = arguments
      process.standardOutput = pipe
      try process.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
      return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The assembly functions that exist to access V registers.
    private static let vectorFunctions: Set = [
      "avcpu_read_vector", "avcpu_write_vector",
      "tour_store_q", "tour_load_q", "tour_load_d", "tour_copy_q",
      "tour_answered_load_q", "tour_answered_load_d", "tour_answered_store_q",
    ]

    /// EL2 doesn't save the guest's FP and SIMD registers, so it must not use them, except to emulate an access that
    /// uses one.
    @Test(arguments: ["vcpu-image", "tour"], Built.Configuration.allCases)
    func haveNoVectorRegister(image: String, configuration: Built.Configuration) throws {
      let lines = try output(
        of: "llvm-objdump", ["-d", "--no-show-raw-insn", Built.image(image, configuration)])
      var symbol = ""
      var exempt: Set<String> = []
      let instructions = lines.compactMap { line -> (String, String)? in
        if let name = line.firstMatch(of: #/^[0-9a-f]+ <(.*)>:$/#)?.1 { symbol = String(name) }
        guard let match = line.firstMatch(of: #/^\s*[0-9a-f]+:\s+(\S+)\s*(.*)$/#) else {
          return nil
        }
        // A line of data contains its bytes, which may look like registers.
        guard !line.contains(#/\t\.\w+\t/#) else { return nil }
        guard !Self.vectorFunctions.contains(symbol) else {
          exempt.insert(symbol)
          return nil
        }
        return (line, String(match.2).replacing(#/<[^>]*>|\/\/.*/#, with: ""))
      }
      let prefix = image == "tour" ? "tour_" : "avcpu_"
      #expect(exempt == Self.vectorFunctions.filter { $0.hasPrefix(prefix) })
      #expect(instructions.count > 100)
      let register = Self.vectorRegister
      let found = instructions.filter { $0.1.contains(register) }.prefix(5).map(\.0)
      #expect(found == [])
    }

    @Test func theSearchFindsVectorRegisters() {
      for operands in ["v0.16b, v1.16b", "q0, q1, [x0]", "d31, [sp]", "z0.d", "p7/m", "h3", "b9"] {
        #expect(operands.contains(Self.vectorRegister), "\(operands)")
      }
      for operands in ["x0, x31", "wzr", "s3_0_c1_c0_1, x0", "#0x10", "sp, [x29]", "0x40201000"] {
        #expect(!operands.contains(Self.vectorRegister), "\(operands)")
      }
    }

    /// There is no heap at EL2, and lazy initialization is not reentrant from an exception.
    @Test func theReleaseImageNeitherAllocatesNorInitialisesLazily() throws {
      let lines = try output(of: "llvm-nm", [Built.image("vcpu-image", .release)])
      let symbols = Set(lines.compactMap { $0.split(separator: " ").last.map(String.init) })
      #expect(symbols.contains("vmexit_trampoline"))
      #expect(symbols.isDisjoint(with: ["swift_once", "swift_allocObject", "posix_memalign"]))
      #expect(!symbols.contains { $0.hasSuffix("_WZ") })
    }

    /// The contract with debuggers: a `nop` first, and a page without any other code.
    @Test(arguments: ["vmexit_trampoline", "context_vm_entry"], Built.Configuration.allCases)
    func pagesOfContractsAreTheirOwn(symbol: String, configuration: Built.Configuration) throws {
      let image = Built.image("vcpu-image", configuration)
      let symbols = try output(of: "llvm-nm", ["-n", image]).compactMap {
        line -> (UInt64, String)? in
        let parts = line.split(separator: " ")
        guard parts.count == 3, let address = UInt64(parts[0], radix: 16) else { return nil }
        return (address, String(parts[2]))
      }
      let address = try #require(symbols.first { $0.1 == symbol }?.0)
      #expect(address % 4096 == 0)
      let neighbours = symbols.filter {
        $0.0 & ~4095 == address && $0.1 != symbol && !$0.1.hasPrefix("$")
      }
      #expect(neighbours.isEmpty, "\(neighbours)")
      let code = try output(
        of: "llvm-objdump",
        ["-d", "--no-show-raw-insn", "--disassemble-symbols=\(symbol)", image])
      #expect(code.contains { $0.contains(String(address, radix: 16)) && $0.contains("nop") })
    }
  }
}
