import CArmVCpu
public func f(_ x: UInt64) -> UInt64 { x &+ 1 }
