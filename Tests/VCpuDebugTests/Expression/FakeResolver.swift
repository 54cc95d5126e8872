@testable import VCpuDebug

/// A target of three registers, two symbols and a small vocabulary.
struct FakeResolver: ExpressionResolver {
  struct Unreadable: Error, Equatable {
    let address: UInt64
  }

  var registers: [String: UInt64] = [
    "x0": 5, "x1": 3, "sp": 0x1000, "guest.x0": 7, "hv.x0": 9, "esr_el2.ec": 0x16,
    "exit.kind": 4,
  ]
  let variables = Variables()
  /// What the registers are addresses of.
  var spaces: [String: AddressSpace] = [:]
  var words: [String: UInt64] = ["hvc": 2, "mmio": 3, "mmio-write": 4, "sysreg-read": 5]
  var symbols: [String: UInt64] = [
    "vmexit_trampoline": 0x4008_0000, "$e4main3fooyyF": 0x4008_1000, "VCpu.run": 0x4008_2000,
    "write": 1, "hvc": 0x9999, "hv": 0x7777,
  ]
  var memory: [UInt64: UInt64] = [0x1000: 0x1122_3344_5566_7788, 0x4008_0000: 42]

  func register(_ path: [String]) throws -> Value? {
    let name = path.joined(separator: ".")
    return registers[name].map { Value($0, addressSpace: spaces[name]) }
  }

  func word(_ name: String) -> Value? { words[name].map { Value($0, displayType: .word(name)) } }

  func address(ofSymbol name: String) throws -> Value? {
    symbols[name].map { Value($0, addressSpace: .hypervisor, displayType: .address) }
  }

  func hasRegister(_ path: [String]) throws -> Bool {
    registers[path.joined(separator: ".")] != nil
  }

  func load(at address: Value, byteCount: Int?) throws -> UInt64 {
    guard let value = memory[address.bits] else { throw Unreadable(address: address.bits) }
    return value & UInt64.max >> UInt64(64 - (byteCount ?? 8) * 8)
  }
}
