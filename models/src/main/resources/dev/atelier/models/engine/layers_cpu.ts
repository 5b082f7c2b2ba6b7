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
  def transformer_2d(self: __torch__.Layers, x: Tensor, context: Tensor, p: List[Tensor], heads: int, groups: int) -> Tensor:
    h = (self).conv((self).norm(x, groups, p[0], p[1], 1e-06), p[2], p[3], 1, 0)
    y = (self).transformer_block(torch.transpose(torch.flatten(h, 2), 1, 2), context, p, heads)
    z = torch.view(torch.transpose(y, 1, 2), torch.size(h))
    return torch.add(x, (self).conv(z, p[24], p[25], 1, 0))
