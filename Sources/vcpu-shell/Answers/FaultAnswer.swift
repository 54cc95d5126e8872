internal import ArmVCpu
internal import VCpuDebug

/// A fault that a hypervisor took itself, at its vector.
struct FaultAnswer: Answer {
  static let kind = "fault"

  /// ESR_EL2.EC.
  let exceptionClass: Hex
  /// The exception class in words.
  let name: String
  /// An abort's fault status in words.
  let status: String?
  /// The faulting address.
  let address: Hex?
  /// The hypervisor's instruction that faulted.
  let place: PlaceAnswer
  /// ESR_EL2.
  let esr: Hex
  /// The fields of ESR_EL2.
  let fields: [FieldAnswer]
  /// FAR_EL2, if it belongs to the fault.
  let far: Hex?
  /// Where the hypervisor's own handler begins.
  let vector: Hex

  init(_ fault: HypervisorFault, in session: HypervisorSession, by disassembler: Disassembler) {
    exceptionClass = Hex(UInt64(fault.esr.exceptionClass.rawValue))
    name = "\(fault.esr.exceptionClass.name)"
    status = fault.address == nil ? nil : fault.status.map { "\($0.name)" }
    address = fault.address.map { Hex($0) }
    place = PlaceFinder(session: session, disassembler: disassembler).place(
      fault.pc, in: .hypervisor, hasSource: true)
    esr = Hex(fault.esr.rawValue)
    fields = FieldAnswer.fields(of: fault.esr)
    far = fault.address.map { Hex($0) }
    vector = Hex(fault.vector)
  }
}
