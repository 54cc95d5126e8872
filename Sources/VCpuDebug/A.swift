public func h() {}
