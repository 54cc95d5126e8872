import GDBRemote

func firstSession(with stub: String) throws {
  let target = try RemoteTarget(connectingTo: Endpoint(parsing: stub))
  print("\(target.profile.kind.name): \(target.registers.all.count) registers")

  // Resume the target, and stop it.
  try target.resume(.continue())
  try target.interrupt()
  print("stopped: \(try target.waitForStop(timeout: .seconds(5)))")

  // Read one register, and several things in one round trip.
  let pc = try target.readInteger("pc")
  let answers = try target.batch([.generalRegisters, .memory(at: pc, byteCount: 16)])
  let general = try answers[0].generalRegisters()
  print("pc \(pc), sp \(general["sp"] ?? 0), code \(try answers[1].bytes())")

  // Show what the bits of a register mean.
  let state = try target.register(named: "ps")
  print(target.description.value(of: state, try target.readRegister(state)).content)

  // Resume it, and disconnect.
  try target.detach()
}
