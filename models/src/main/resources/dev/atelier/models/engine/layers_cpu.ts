  def norm(self: __torch__.Layers, x: Tensor, groups: int, w: Tensor, b: Tensor, eps: float) -> Tensor:
    if torch.lt(torch.mul(torch.size(x, 2), torch.size(x, 3)), 1024):
      y = torch.contiguous(x)
    else:
      y = x
    return torch.group_norm(y, groups, w, b, eps)
  def norm_silu(self: __torch__.Layers, x: Tensor, groups: int, w: Tensor, b: Tensor, eps: float) -> Tensor:
    return torch.silu_((self).norm(x, groups, w, b, eps))
  def conv_shifted(self: __torch__.Layers, x: Tensor, w: Tensor, b: Tensor, shift: Tensor) -> Tensor:
    return torch.add((self).conv(x, w, b, 1, 1), torch.unsqueeze(torch.unsqueeze(shift, -1), -1))
  def conv_onto(self: __torch__.Layers, onto: Tensor, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return torch.add(onto, (self).conv(x, w, b, 1, 1))
