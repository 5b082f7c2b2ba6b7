  def overwrite(self: __torch__.Layers, w: Tensor, stored: Tensor) -> Tensor:
    return torch.copy_(w, stored)
  def overwrite_low_rank(self: __torch__.Layers, w: Tensor, stored: Tensor, up: Tensor, down: Tensor) -> Tensor:
    flat = torch.flatten(torch.copy_(w, stored), 1)
    _0 = torch.addmm_(flat, up, down)
    return w
  def to_float(self: __torch__.Layers, x: Tensor) -> Tensor:
    return torch.to(x, 6, False, True)
  def add_scaled(self: __torch__.Layers, w: Tensor, delta: Tensor, scale: float) -> Tensor:
    return torch.add_(w, torch.reshape(delta, torch.size(w)), alpha=scale)
  def low_rank(self: __torch__.Layers, up: Tensor, down: Tensor) -> Tensor:
    return torch.matmul(torch.flatten(up, 1), torch.flatten(down, 1))
  def tucker(self: __torch__.Layers, core: Tensor, up: Tensor, down: Tensor) -> Tensor:
    return torch.einsum("nmkl,ni,mj->ijkl", [core, torch.flatten(up, 1), torch.flatten(down, 1)], path=None)
  def multiply(self: __torch__.Layers, x: Tensor, y: Tensor) -> Tensor:
    return torch.mul(x, y)
  def kronecker(self: __torch__.Layers, x: Tensor, y: Tensor) -> Tensor:
    if torch.eq(torch.dim(y), 4):
      z = torch.kron(torch.unsqueeze(torch.unsqueeze(torch.contiguous(x), -1), -1), torch.contiguous(y))
    else:
      z = torch.kron(torch.contiguous(x), torch.contiguous(y))
    return z
  def magnitude_change(self: __torch__.Layers, plain: Tensor, delta: Tensor, magnitude: Tensor, scale: float, axis: int) -> Tensor:
    merged = torch.flatten(torch.add(plain, torch.reshape(delta, torch.size(plain)), alpha=scale), 1)
    if torch.eq(axis, 0):
      norm = torch.norm(merged, 2, [1], True)
      turned = torch.mul(merged, torch.div(torch.view(magnitude, [-1, 1]), norm))
    else:
      channels = torch.view(merged, [torch.size(plain, 0), torch.size(plain, 1), -1])
      norm0 = torch.norm(channels, 2, [0, 2], True)
      turned = torch.flatten(torch.mul(channels, torch.div(torch.view(magnitude, [1, -1, 1]), norm0)), 1)
    return torch.sub(torch.view(turned, torch.size(plain)), plain)
