import Synchronization

@testable import ArmVCpu

/// A VM of four vCPUs in two clusters, whose power states several threads may change concurrently.
final class FakePowerDomain: PowerDomain, Sendable {
  struct Start: Equatable {
    let vcpu: UInt32
    let entry: UInt64
    let context: UInt64
    let isBigEndian: Bool
  }

  static let affinities: [UInt64] = [0, 1, 0x1_0000_0100, 0x1_0000_0101]

  private let states: Mutex<[PSCI.PowerState]>
  private let log = Mutex<[Start]>([])
  private let canStart: Bool

  init(_ states: [PSCI.PowerState] = [.on, .off, .off, .off], canStart: Bool = true) {
    self.states = Mutex(states)
    self.canStart = canStart
  }

  var starts: [Start] { log.withLock { $0 } }
  var vcpuCount: UInt32 { 4 }
  func affinity(of vcpu: UInt32) -> UInt64 { Self.affinities[Int(vcpu)] }
  func powerState(of vcpu: UInt32) -> PSCI.PowerState { states.withLock { $0[Int(vcpu)] } }
  func isValidEntry(_ entry: IntermediatePhysicalAddress) -> Bool {
    entry.rawValue >= 0x4000_0000 && entry.rawValue & 3 == 0
  }

  func exchangePowerState(
    of vcpu: UInt32, from old: PSCI.PowerState, to new: PSCI.PowerState
  ) -> Bool {
    states.withLock {
      guard $0[Int(vcpu)] == old else { return false }
      $0[Int(vcpu)] = new
      return true
    }
  }

  func start(
    _ vcpu: UInt32, at entry: IntermediatePhysicalAddress, context: UInt64, isBigEndian: Bool
  ) -> Bool {
    log.withLock {
      $0.append(
        Start(vcpu: vcpu, entry: entry.rawValue, context: context, isBigEndian: isBigEndian))
    }
    return canStart
  }
}
